"""The 77 intents of banking77 on three levels, grouped by hand for this study from their names alone."""

from __future__ import annotations

from collections.abc import Mapping

GROUPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "card": {
        "getting": (
            "card_arrival", "card_delivery_estimate", "get_physical_card", "order_physical_card",
            "getting_spare_card", "getting_virtual_card", "get_disposable_virtual_card", "activate_my_card",
            "card_linking", "visa_or_mastercard", "card_about_to_expire",
        ),
        "not working": (
            "card_not_working", "contactless_not_working", "virtual_card_not_working", "card_acceptance",
            "declined_card_payment", "card_swallowed", "disposable_card_limits",
        ),
        "lost or misused": (
            "compromised_card", "lost_or_stolen_card", "card_payment_not_recognised", "lost_or_stolen_phone",
        ),
        "code": ("change_pin", "pin_blocked", "passcode_forgotten"),
        "payment": (
            "card_payment_fee_charged", "card_payment_wrong_exchange_rate", "pending_card_payment",
            "reverted_card_payment?", "transaction_charged_twice", "extra_charge_on_statement",
            "apple_pay_or_google_pay",
        ),
    },
    "cash": {
        "withdrawal": (
            "declined_cash_withdrawal", "pending_cash_withdrawal", "cash_withdrawal_not_recognised",
            "atm_support",
        ),
        "sum": (
            "cash_withdrawal_charge", "wrong_amount_of_cash_received",
            "wrong_exchange_rate_for_cash_withdrawal",
        ),
    },
    "transfer": {
        "sending": (
            "transfer_timing", "pending_transfer", "failed_transfer", "declined_transfer", "cancel_transfer",
            "beneficiary_not_allowed", "transfer_not_received_by_recipient", "transfer_fee_charged",
        ),
        "receiving": (
            "receiving_money", "transfer_into_account", "balance_not_updated_after_bank_transfer",
            "balance_not_updated_after_cheque_or_cash_deposit",
        ),
        "debits and refunds": (
            "direct_debit_payment_not_recognised", "request_refund", "Refund_not_showing_up",
        ),
    },
    "top-up": {
        "how": ("automatic_top_up", "topping_up_by_card", "top_up_by_cash_or_cheque", "top_up_limits"),
        "trouble": ("pending_top_up", "top_up_failed", "top_up_reverted", "verify_top_up"),
        "charge": ("top_up_by_card_charge", "top_up_by_bank_transfer_charge"),
    },
    "account": {
        "identity": (
            "verify_my_identity", "unable_to_verify_identity", "why_verify_identity",
            "verify_source_of_funds",
        ),
        "details": ("edit_personal_details", "terminate_account", "age_limit", "country_support"),
        "currencies": (
            "exchange_rate", "exchange_charge", "exchange_via_app", "fiat_currency_support",
            "supported_cards_and_currencies",
        ),
    },
}  # fmt: skip


def path_of() -> dict[str, str]:
    """Intent -> its path, `card/getting/card_arrival`."""
    return {
        intent: f"{top}/{middle}/{intent}"
        for top, middles in GROUPS.items()
        for middle, intents in middles.items()
        for intent in intents
    }
