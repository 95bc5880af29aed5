from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools import file_open

SEGMENTS = "client_base_retention/data/client_segment_data.xml"
TEXTS = ("goal", "offer", "bait")


def migrate(cr, version):
    """Segments that came with the addon get their portraits, goals and offers, where
    nobody made one."""
    env = api.Environment(cr, SUPERUSER_ID, {"install_mode": True})
    env["client.segment"]._fill_ready_profiles()
    with file_open(SEGMENTS) as data:
        records = etree.parse(data).iter("record")
    for record in records:
        name = f"client_base_retention.{record.get('id')}"
        segment = env.ref(name, raise_if_not_found=False)
        if segment and not any(segment[text] for text in TEXTS):
            segment.write(
                {text: record.findtext(f"*[@name='{text}']") for text in TEXTS}
            )
