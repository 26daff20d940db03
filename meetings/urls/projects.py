"""Addresses under /projects/."""

from django.urls import path

from meetings.views import projects

app_name = "projects"
urlpatterns = [
    path("", projects.Projects.as_view(), name="list"),
    path("<int:pk>/", projects.ProjectPage.as_view(), name="project"),
    path("<int:pk>/reports/<int:report>/", projects.ReportFile.as_view(), name="report"),
]
