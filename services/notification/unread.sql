-- Pages by id, the unread ones counted, old ones found; all that is withdrawn goes at once.
delete from notification where state = 'withdrawn';
-- What a welcome's title is made of in every language: it was kept in the Korean one only.
update notification set content = content || jsonb_build_object('display_name',
  left(title, length(title) - length('님, 소식에 오신 것을 환영합니다')))
where type = 'welcome' and not content ? 'display_name';
drop index notification_user;
create index notification_page on notification (user_id, notification_id desc);
create index notification_unread on notification (user_id) where read_at is null and state = 'open';
create index notification_old on notification (created_at)
  where read_at is not null or state <> 'open';
