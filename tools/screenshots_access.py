"""Pictures of who sees and takes away what, and of the data steward's desk."""

from browser import call, discard, odoo_page, save, settle, visit

WIDTH, HEIGHT, LOW, LONG = 1300, 800, 480, 1400
PHONE = 390
LAUNCH = "/odoo/client-launch"
STEWARD = "/odoo/client-steward"
DATA = "/odoo/clients-to-complete"
TO_CONFIRM = "/odoo/client-orders-to-confirm"
CONFIRMED = "/odoo/client-confirmed-sales"
EXPORTS = "/odoo/action-client_base_retention.client_export_action"
MY_DAY = "/odoo/my-day"
# Who loses sight of what if she gets *Own clients*.
NARROWED = "Olga Smirnova"
# Sees his own clients only; sells to this one, whose telephone his role hides.
RESTRICTED, CLIENT = "pavel", "City Parks Department"
DATA_STEWARD = "ida"
# What is typed in from the business card.
TYPED = (
    ("name", "Merry-Go-Round Toys"),
    ("phone", "+1 603-555-0195"),
    ("street", "14 Depot Square"),
)
# Who takes which fields of how many clients out of Odoo.
TAKEN = (
    ("olga", 25, ("name", "phone", "email")),
    ("maria", 60, ("name", "city", "user_id/name")),
)


def access(base, folder):
    """The step of the launch page, and a role that is about to be narrowed; nothing
    is applied."""
    with odoo_page(base, login="admin", width=WIDTH, height=HEIGHT) as page:
        visit(page, LAUNCH)
        page.locator("li[name=access]").evaluate(
            "step => step.scrollIntoView({ block: 'center' })"
        )
        page.wait_for_timeout(500)
        save(page, folder, "access")
        page.click("button[name=narrow]")
        settle(page, ".o_data_row")
        row = f".o_data_row:has-text('{NARROWED}')"
        page.click(f"{row} .o_list_record_selector input")
        page.click(".o_control_panel button:has-text('Own clients')")
        page.wait_for_timeout(2000)
        page.set_viewport_size({"width": WIDTH, "height": LOW})
        save(page, folder, "roles")


def hide(page, mask):
    """Which clients' telephones the role *Own clients* hides."""
    lines = call(page, "client.role", "search", [["role", "=", "own"]])
    call(page, "client.role", "write", lines, {"mask": mask})


def contact(base, folder):
    """A client whose telephone is hidden, with what lacks."""
    with odoo_page(base, login="admin", width=WIDTH, height=HEIGHT) as page:
        hide(page, "all")
    with odoo_page(base, login=RESTRICTED, width=WIDTH, height=LONG) as page:
        visit(page, DATA)
        page.click(f".o_data_row:has-text('{CLIENT}') td[name=partner_id]")
        settle(page, ".o_form_view")
        page.click("a[name=client_base]")
        settle(page, ".o_client_data")
        save(page, folder, "what-lacks")
    with odoo_page(base, login=RESTRICTED, width=PHONE, height=HEIGHT) as page:
        visit(page, MY_DAY)
        page.click("button[name=steward]")
        settle(page, ".modal .o_form_view")
        save(page, folder, "send-phone")
        discard(page, ".modal button[data-hotkey=x]")
    with odoo_page(base, login="admin", width=WIDTH, height=HEIGHT) as page:
        hide(page, "none")


def steward(base, folder):
    """The steward's desk, a business card beside the form, orders that wait."""
    with odoo_page(base, login=DATA_STEWARD, width=WIDTH, height=LONG) as page:
        visit(page, STEWARD)
        settle(page, ".o_client_steward_row")
        save(page, folder, "steward")
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        page.click(".o_client_steward_thumb")
        settle(page, ".o_client_review_image")
        for field, text in TYPED:
            page.fill(f".o_form_view div[name={field}] input >> visible=true", text)
        page.keyboard.press("Tab")
        page.wait_for_timeout(1000)
        save(page, folder, "review")
        discard(page, ".o_form_button_cancel")
        visit(page, TO_CONFIRM)
        settle(page, ".o_data_row")
        save(page, folder, "orders-to-confirm")


def export(base, login, number, fields):
    """Somebody exports clients, as Odoo's dialog does."""
    with odoo_page(base, login=login, width=WIDTH, height=HEIGHT) as page:
        domain = [["client_base", "=", True], ["is_company", "=", True]]
        ids = call(page, "res.partner", "search", domain)[:number]
        page.evaluate(
            """async ([ids, fields]) => {
                const form = new FormData();
                form.append("csrf_token", odoo.csrf_token);
                form.append("data", JSON.stringify({
                    model: "res.partner", fields, ids, domain: [], groupby: [],
                    import_compat: false, context: {},
                }));
                const answer = await fetch("/web/export/csv", {
                    method: "POST", body: form,
                });
                if (!answer.ok) { throw new Error(await answer.text()); }
            }""",
            [ids, [{"name": name, "label": name} for name in fields]],
        )


def reports(base, folder):
    """What the head sees: the quality of the data, confirmed sales, exports."""
    for login, number, fields in TAKEN:
        export(base, login, number, fields)
    with odoo_page(base, login="admin", width=WIDTH, height=HEIGHT) as page:
        visit(page, DATA)
        settle(page, ".o_data_row")
        save(page, folder, "data-quality")
        visit(page, CONFIRMED)
        settle(page, ".o_pivot")
        save(page, folder, "confirmed-sales")
        page.set_viewport_size({"width": WIDTH, "height": LOW})
        visit(page, EXPORTS)
        settle(page, ".o_data_row")
        save(page, folder, "exports")


def take(base, folder):
    """Take all of them."""
    for part in (access, contact, steward, reports):
        part(base, folder)
