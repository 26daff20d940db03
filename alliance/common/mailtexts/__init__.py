"""The texts of automatic mails, as staff may write them: fields, sections, versions. See docs/mail.md."""
