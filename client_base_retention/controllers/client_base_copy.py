import base64
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from odoo import SUPERUSER_ID, api, http
from odoo.http import content_disposition, request


class Outlet:
    """Takes what a ``ZipFile`` writes and gives it on, piece by piece."""

    def __init__(self):
        self._pieces = []

    def write(self, data):  # pylint: disable=method-required-super
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self):
        pass

    def take(self):
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


def archive(files, moment):
    """The pieces of an archive; one file is in memory at a time.

    :param files: iterable of (path, bytes)
    :param moment: (year, month, day, hour, minute, second) of the files
    """
    outlet = Outlet()
    with ZipFile(outlet, "w") as book:
        for path, content in files:
            info = ZipInfo(path, moment)
            # A workbook is packed already.
            packed = path.endswith(".xlsx")
            info.compress_type = ZIP_STORED if packed else ZIP_DEFLATED
            book.writestr(info, content)
            yield outlet.take()
    yield outlet.take()


class ClientBaseCopyController(http.Controller):
    @http.route("/client_base/copy/<int:copy_id>", type="http", auth="user")
    def client_base_copy(self, copy_id):
        """The archive of a copy, put together on its way.

        Asks for the right each time: it may have been taken away since.
        """
        copy = request.env["client.base.copy"].browse(copy_id).exists()
        if not copy:
            raise request.not_found()
        copy._check_fetch()
        # sudo: nobody has access to the files but through here.
        copy = copy.sudo()
        copy.fetched += 1
        files = [(part.path, part.id) for part in copy.part_ids]
        return request.make_response(
            archive(
                _contents(request.env.registry, files), copy.finished_at.timetuple()[:6]
            ),
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Disposition", content_disposition(copy._file_name())),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )


def _contents(registry, files):
    """(path, bytes) of the files of a copy.

    The request is over when they are read, and a download can take minutes: each file
    is read in a transaction of its own.
    """
    for path, part_id in files:
        with registry.cursor(readonly=True) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            part = env["client.base.copy.part"].browse(part_id)
            content = base64.b64decode(part.with_context(bin_size=False).file or b"")
        yield path, content
