"""Pictures of the bureau's settings: calendar, promises, categories, accounts, rules, hours."""

from __future__ import annotations

from camera import Camera

REGISTER = "/scheduler/register"
NOTICE = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月14日（周日）、2月20日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天。
六、中秋节：9月15日（周三）至17日（周五）放假调休，共3天。9月19日（周日）上班。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。"""
TODAY = "2026年节假日安排\n一、试行日：11月27日（周五）放假1天。11月28日（周六）上班。"


DESKS = {1280: 900, 1920: 1080}


def tour(camera: Camera) -> None:
    """The administrator's pages, each before and after something is written in it."""
    desk = camera.desk("admin")

    def take(name: str, path: str = "") -> None:
        camera.take(desk, name, path, DESKS)

    take("settings-calendar", f"{REGISTER}/calendar")
    for name, text in (
        ("notice", NOTICE),
        ("today", TODAY),
        ("wrong", NOTICE.replace("周五", "周六")),
    ):
        desk.goto(f"{camera.base}{REGISTER}/calendar")
        desk.fill("#text", text)
        desk.click("form[enctype] button")
        take(f"settings-calendar-{name}")
        if name == "today":  # the lists that are folded, each to its end
            desk.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            take("settings-calendar-unfolded")
    take("settings-promises", f"{REGISTER}/promises")
    desk.fill("[name='p0.number']", "12")
    desk.fill("[name='capacity']", "6")
    desk.click("button[value=preview]")
    take("settings-promises-preview")
    desk.fill("[name='p0.number']", "never")
    desk.click("button[value=preview]")
    take("settings-promises-wrong")
    take("settings-categories", f"{REGISTER}/categories")
    take("settings-rules", f"{REGISTER}/rules")
    desk.locator("main form input[type=text]").first.fill("many")
    desk.click("main form .btn-main")
    take("settings-rules-wrong")
    take("settings-accounts", "/admin/accounts")
    desk.goto(f"{camera.base}/admin/accounts?role=supervisor")
    take("settings-account", desk.get_attribute("main th a", "href") or "")
    for kind in ("post", "firm"):
        desk.goto(f"{camera.base}{REGISTER}?kind={kind}")
        take(f"settings-{kind}", desk.get_attribute("main th a", "href") or "")
    desk.goto(f"{camera.base}{REGISTER}?kind=post")
    desk.click("main th a")
    desk.fill("[name='h0.0.0.start']", "")
    desk.click("main form .btn-main")
    take("settings-post-wrong")
