"""Databases: two layers of templates, and copies of them to work in.

Layer 1 holds the modules the addon depends on and is rarely rebuilt; layer 2 is a copy
with the addon, rebuilt when the addon's files change. Attachments are stored in the
database, so that a copy of it is a whole copy.
"""

import contextlib
import hashlib
import os
import re
import shutil

from . import addon, common
from .common import MODULE, Failure, say

PREPARE_BASE = """
parameters = env['ir.config_parameter']
parameters.set_param('ir_attachment.location', 'db')
env['ir.attachment'].force_storage()
# Nothing here has reason to ask services of the publisher.
companies = env['res.company'].search([])
if 'iap_enrich_auto_done' in companies._fields:
    companies.iap_enrich_auto_done = True
cron = env.ref('mail.ir_cron_module_update_notification', raise_if_not_found=False)
if cron:
    cron.active = False
env.cr.commit()
"""
# Compiled once here instead of in each browser test and at the demo's first page.
COMPILE_ASSETS = """
scripts, styles = env['ir.qweb']._get_bundles_to_pregenarate()
unused = ('web.tests_assets', 'web.assets_web_dark', 'api_doc.assets')
for bundle in sorted(scripts | styles):
    if 'unit_tests' in bundle or 'qunit' in bundle or bundle in unused:
        continue
    get = env['ir.qweb']._get_asset_bundle
    if bundle in scripts:
        get(bundle, css=False, js=True).js()
    if bundle in styles:
        get(bundle, css=True, js=False).css()
env.cr.commit()
"""
MARK = "made by ./dev of client-base-retention"
KEPT_TEMPLATES = 3
SCRATCH = re.compile(r"^((?:test|bench|scratch)_\d+)(_.*)?$")


def complaints(log, levels="WARNING|ERROR|CRITICAL"):
    """The lines of Odoo's log at some levels, without what else prints."""
    return [line for line in log.splitlines() if re.search(f" ({levels}) ", line)]


def base_prefix(demo):
    """What the names of layer 1 begin with."""
    return f"cbr_base_{'demo' if demo else 'plain'}_"


def addon_prefix(demo):
    """What the names of layer 2 begin with."""
    return f"cbr_addon_{'demo' if demo else 'plain'}_"


class Databases:
    """The databases of one instance."""

    def __init__(self, instance):
        self.instance = instance
        self.server = instance.server

    # -- plain operations

    def exists(self, name):
        """Whether there is such a database."""
        sql = "select 1 from pg_database where datname = :'name'"
        return bool(self.server.query(sql, name=name))

    def names(self, prefix):
        """Databases whose name begins with `prefix`, the oldest first."""
        sql = (
            "select datname from pg_database where starts_with(datname, :'prefix')"
            " order by oid"
        )
        return self.server.query(sql, prefix=prefix)

    def mark(self, name, key):
        """Write beside a database who made it, and of which addon."""
        sql = "comment on database :\"name\" is :'text'"
        self.server.query(sql, name=name, text=f"{MARK}, {key}")

    def key_of(self, name):
        """The key of the addon in a database, None if `./dev` did not make it."""
        sql = (
            "select coalesce(shobj_description(oid, 'pg_database'), '')"
            " from pg_database where datname = :'name'"
        )
        text = "".join(self.server.query(sql, name=name))
        return text.rpartition(", ")[2] if text.startswith(MARK) else None

    def copy(self, source, target):
        """Make a database as a copy of another one."""
        strategy = ["--strategy=FILE_COPY"] if self.file_copy() else []
        result = self.server.client("createdb", "-T", source, *strategy, target)
        if result.returncode:
            raise Failure(
                f"Database {target} could not be made: {result.stdout.strip()}"
            )

    def file_copy(self):
        """Whether createdb knows the strategy that is faster without fsync."""
        return self.server.private and int(self.server.major) >= 15

    def rename(self, source, target):
        """Give a finished database its name."""
        sql = 'alter database :"source" rename to :"target"'
        self.server.query(sql, source=source, target=target)

    def drop(self, name):
        """Remove a database and its files; nobody is asked."""
        self.server.client("dropdb", "--if-exists", "--force", name)
        filestore = self.instance.data / "filestore" / name
        shutil.rmtree(filestore, ignore_errors=True)

    # -- templates

    def base_name(self, demo):
        """The name of layer 1: a hash of all it depends on."""
        modules = sorted(addon.manifest()["depends"])
        parts = [self.instance.tree.identity, *modules, PREPARE_BASE]
        key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]
        return base_prefix(demo) + key

    def addon_name(self, demo):
        """The name of layer 2: layer 1 and the addon's files."""
        text = self.base_name(demo) + COMPILE_ASSETS + addon.key()
        key = hashlib.sha256(text.encode()).hexdigest()[:10]
        return addon_prefix(demo) + key

    def base(self, demo=False):
        """Layer 1, built if there is none."""
        name = self.base_name(demo)
        if not self.exists(name):
            with common.lock("templates"):
                if not self.exists(name):
                    modules = ",".join(sorted(addon.manifest()["depends"]))
                    with_demo = " with demo data" if demo else ""
                    say(f"database: installing {modules}{with_demo}")
                    self.build(name, modules, demo, PREPARE_BASE)
                    self.drop_unused(addon_prefix(demo))
        return name

    @contextlib.contextmanager
    def template(self, demo=False):
        """Layer 2, built if there is none, and kept as long as the block runs."""
        base = self.base(demo)
        with contextlib.ExitStack() as stack:
            # Shared with other runs: these locks only keep drop_unused() away.
            stack.enter_context(common.lock(f"database-{base}", shared=True))
            with common.lock("templates"):
                name = self.ensure_addon(base, demo)
                stack.enter_context(common.lock(f"database-{name}", shared=True))
            yield name

    def ensure_addon(self, base, demo):
        """Build layer 2 if there is none."""
        name = self.addon_name(demo)
        if self.exists(name):
            return name
        say("database: installing the addon")
        self.build(name, MODULE, demo, COMPILE_ASSETS, base)
        if name != self.addon_name(demo):
            # Somebody edits: what was installed serves this one run only.
            say("database: the addon's files changed during the installation")
            passing = f"{name}_{os.getpid()}"
            self.rename(name, passing)
            name = passing
        self.drop_unused(addon_prefix(demo))
        return name

    def build(self, name, modules, demo, code, source=None):
        """Install modules into a database that gets its name when it is finished."""
        common.need_space(500, "A database")
        temporary = f"{name}_new"
        self.drop(temporary)
        if source:
            self.copy(source, temporary)
        options = ["--stop-after-init", "--no-http", "--log-level=warn"]
        if demo:
            options.append("--with-demo")
        log = common.STATE / "log" / f"{name}.log"
        install = self.instance.call("-d", temporary, "-i", modules, *options)
        log.write_text(install.stdout)
        if install.returncode or complaints(install.stdout, "ERROR|CRITICAL"):
            self.drop(temporary)
            raise Failure(
                f"Odoo could not install {modules}:\n"
                f"{common.tail(install.stdout, 40)}\n\n"
                f"The whole log: {log}"
            )
        for line in complaints(install.stdout):
            say(f"database: {line}")
        self.script(temporary, code)
        if self.installed(temporary, modules):
            self.rename(temporary, name)

    def installed(self, name, modules):
        """Whether all modules are installed; Odoo only warns of unknown ones."""
        sql = (
            "select name from ir_module_module where state = 'installed'"
            " and name = any(string_to_array(:'modules', ','))"
        )
        found = self.server.query(sql, name, modules=modules)
        missing = sorted(set(modules.split(",")) - set(found))
        if missing:
            self.drop(name)
            raise Failure(f"Odoo did not install {', '.join(missing)}.")
        return True

    def script(self, name, code):
        """Run Python code in `odoo shell` on a database."""
        result = self.instance.call(
            *("shell", "-d", name, "--no-http", "--log-level=warn"),
            stdin=None,
            input=code,
        )
        if result.returncode or "Traceback" in result.stdout:
            raise Failure(f"A database could not be prepared:\n{result.stdout[-3000:]}")

    def drop_unused(self, prefix):
        """Drop older templates that no run uses; the newest few are kept."""
        for name in self.names(prefix)[:-KEPT_TEMPLATES]:
            with common.try_lock(f"database-{name}") as free:
                if free:
                    self.drop(name)

    # -- databases to work in

    @contextlib.contextmanager
    def scratch(self, name, source):
        """A copy that is dropped at the end; what broken runs left is dropped too."""
        self.drop_abandoned()
        with common.lock(f"database-{name}"):
            self.drop(name)
            self.copy(source, name)
            try:
                yield name
            finally:
                for own in self.names(name):
                    if own == name or own.startswith(name + "_"):
                        self.drop(own)

    def drop_abandoned(self):
        """Drop scratch databases whose run was killed; only on a server of our own."""
        if not self.server.private:
            return
        for name in self.names(""):
            match = SCRATCH.match(name)
            if match:
                with common.try_lock(f"database-{match.group(1)}") as free:
                    if free:
                        self.drop(name)
