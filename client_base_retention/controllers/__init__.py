from . import client_export
from . import client_export_documents
from . import client_base_copy
from . import client_subscribe
