#!/bin/sh
# Install the service into a folder, from this archive alone: ./install.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?"name the folder to install into, such as /opt/triage"}
python=${PYTHON:-python3}
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])') || {
    echo "install.sh: there is no $python; name one with PYTHON=..." >&2
    exit 2
}
built=$(cat "$here/python-version")
if [ "$version" != "$built" ]; then
    echo "install.sh: the wheels here are for Python $built, and $python is $version; name another with PYTHON=..." >&2
    exit 2
fi
if [ -e "$folder/venv" ]; then
    echo "install.sh: there is an installation in $folder already; see README.md on upgrading." >&2
    exit 2
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
echo "Installing into $folder ..."
"$python" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index \
    --find-links "$here/wheels" --constraint "$here/constraints.txt" request-triage
cp -r "$here/cache" "$folder/cache"
mkdir -p "$folder/home"
if [ ! -e "$folder/home/models" ]; then cp -r "$here/home/models" "$folder/home/models"; fi
cat > "$folder/triage.env" <<EOF
TRIAGE_HOME=$folder/home
TRIAGE_CACHE=$folder/cache
HF_HUB_OFFLINE=1
MLFLOW_DISABLE_TELEMETRY=true
EOF
cat > "$folder/triage" <<EOF
#!/bin/sh
# The command line of this installation, with its settings.
set -a
. "$folder/triage.env"
exec "$folder/venv/bin/triage" "\$@"
EOF
chmod +x "$folder/triage"
"$folder/triage" db upgrade
echo "Installed. Next: $folder/triage keys create --role intake --name web-form; $folder/triage serve"
