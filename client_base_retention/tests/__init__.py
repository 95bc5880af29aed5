from . import (
    test_abc,
    test_abc_changes,
    test_access,
    test_derive_cron,
    test_events,
    test_events_merge,
    test_events_people,
    test_partner_fields,
    test_policy_preview,
    test_standing,
    test_standing_former,
    test_standing_lasts,
)
