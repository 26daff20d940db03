"""Addresses under /checkin/: staff's phones at the door. The tickets' QR codes lead here."""

from django.urls import path

from meetings.views import door

app_name = "checkin"
urlpatterns = [
    path("", door.Doors.as_view(), name="doors"),
    path("door/<slug:slug>/", door.Door.as_view(), name="door"),
    path("door/<slug:slug>/counter/", door.Counter.as_view(), name="counter"),
    path("door/<slug:slug>/walk-in/", door.WalkIn.as_view(), name="walk_in"),
    path("door/<slug:slug>/list/", door.GuestList.as_view(), name="list"),
    path("door/<slug:slug>/sync/", door.Sync.as_view(), name="sync"),
    path("worker.js", door.Worker.as_view(), name="worker"),
    path("undo/<int:pk>/", door.Undo.as_view(), name="undo"),
    path("<slug:ticket>/", door.ScanTicket.as_view(), name="ticket"),
]
