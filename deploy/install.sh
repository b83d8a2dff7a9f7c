#!/bin/sh
# Installs the product from this folder, without a network: sh install.sh [FOLDER], by default /opt/canbao.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-/opt/canbao}
python=${PYTHON:-python3}
(cd "$here" && sha256sum --check --quiet SHA256SUMS) || { echo "安装包不完整，没有安装：请重新拷贝。" >&2; exit 1; }
wanted=$(cat "$here/python-version")
"$python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$wanted')" || {
  echo "这个安装包要用 Python $wanted，没有安装。请用 PYTHON=python$wanted sh install.sh 指定。" >&2
  exit 1
}
# Another user than root runs the program, also where root's files are closed to others; the rosters are for nobody else.
umask 022
"$python" -m venv "$target/.venv"
"$target/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links "$here/wheels" \
  --no-deps --require-hashes -r "$here/requirements.lock"
"$target/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps --force-reinstall \
  "$here"/wheels/canbao-*.whl
missing=$("$target/.venv/bin/python" -m pip check --disable-pip-version-check) || {
  printf '%s\n' "$missing" "安装包缺少这个 Python 需要的组件，没有装完：请把上面几行告诉维护人员。" >&2
  exit 1
}
(umask 077 && mkdir -p "$target/data/raw" "$target/data/out")
cp "$here"/*.md "$target/"
[ ! -d "$here/images" ] || cp -r "$here/images" "$target/"
echo "已安装到 $target 。试一试：cd \"$target\" && .venv/bin/canbao demo"
