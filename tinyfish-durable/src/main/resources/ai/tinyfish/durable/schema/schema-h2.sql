--liquibase formatted sql
--changeset tinyfish:durable-1

create table if not exists tinyfish_run (
  id varchar(36) primary key,
  seq bigint generated always as identity,
  batch varchar(36),
  submission_key varchar(255),
  tag varchar(255),
  account varchar(100) not null default '',
  state varchar(16) not null,
  request character varying not null,
  submitted character varying,
  submission_id varchar(64),
  secrets character varying,
  timeout_millis bigint,
  send_token varchar(64),
  sender varchar(100),
  sending_at timestamp with time zone,
  attempts int not null default 0,
  cancel_requested boolean not null default false,
  run_id varchar(128),
  status varchar(100),
  verdict varchar(16),
  result character varying,
  error character varying,
  failures int not null default 0,
  handover_attempts int not null default 0,
  next_at timestamp with time zone,
  accepted_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  changed_at timestamp with time zone not null,
  decided_by varchar(255),
  decided_at timestamp with time zone,
  goal_version varchar(255),
  watch varchar(100),
  slot timestamp with time zone,
  page varchar(64),
  trace character varying
);

create unique index if not exists tinyfish_run_seq on tinyfish_run (seq);
create unique index if not exists tinyfish_run_run_id on tinyfish_run (run_id, account);
create unique index if not exists tinyfish_run_key on tinyfish_run (account, submission_key);
create index if not exists tinyfish_run_token on tinyfish_run (send_token);
create index if not exists tinyfish_run_open on tinyfish_run (state, account, seq);
create index if not exists tinyfish_run_accepted on tinyfish_run (accepted_at, seq);
create index if not exists tinyfish_run_state on tinyfish_run (state, seq);
create index if not exists tinyfish_run_tag on tinyfish_run (tag, seq);
create index if not exists tinyfish_run_status on tinyfish_run (status, seq);
create index if not exists tinyfish_run_batch on tinyfish_run (batch);
create index if not exists tinyfish_run_doubt on tinyfish_run (sending_at);
create index if not exists tinyfish_run_ended on tinyfish_run (ended_at);

create table if not exists tinyfish_pause (
  name varchar(106) primary key,
  not_before timestamp with time zone
);

create table if not exists tinyfish_task (
  task_name varchar(100) not null,
  task_instance varchar(250) not null,
  task_data varbinary,
  execution_time timestamp with time zone not null,
  picked boolean not null,
  picked_by varchar(100),
  last_success timestamp with time zone,
  last_failure timestamp with time zone,
  consecutive_failures int,
  last_heartbeat timestamp with time zone,
  version bigint not null,
  priority smallint,
  primary key (task_name, task_instance)
);

create index if not exists tinyfish_task_due on tinyfish_task (execution_time);
create index if not exists tinyfish_task_heartbeat on tinyfish_task (last_heartbeat);
create index if not exists tinyfish_task_priority on tinyfish_task (priority desc, execution_time);

create table if not exists tinyfish_budget (
  account varchar(100) not null,
  budget_day date not null,
  runs bigint not null,
  steps bigint not null,
  cost numeric(30, 10) not null,
  primary key (account, budget_day)
);

create table if not exists tinyfish_budget_run (
  id varchar(64) primary key,
  account varchar(100) not null,
  budget_day date not null,
  steps bigint not null,
  price numeric(30, 10) not null
);

create table if not exists tinyfish_watch (
  id varchar(100) primary key,
  account varchar(100),
  definition character varying not null,
  secrets character varying,
  declared_at timestamp with time zone,
  state varchar(16) not null,
  next_at timestamp with time zone,
  open_run varchar(36),
  check_until timestamp with time zone,
  progress character varying not null,
  good_at timestamp with time zone not null,
  period_seconds bigint,
  failing boolean not null default false
);

create index if not exists tinyfish_watch_due on tinyfish_watch (next_at);
create index if not exists tinyfish_watch_open on tinyfish_watch (open_run);

create table if not exists tinyfish_watch_result (
  watch varchar(100) not null,
  slot timestamp with time zone not null,
  since timestamp with time zone not null,
  slots int not null default 1,
  outcome varchar(16) not null,
  run_id varchar(128),
  result character varying,
  reason character varying,
  events character varying,
  delivery varchar(16),
  delivery_attempts int not null default 0,
  deliver_at timestamp with time zone,
  primary key (watch, slot)
);

create index if not exists tinyfish_watch_result_slot on tinyfish_watch_result (slot);
create index if not exists tinyfish_watch_result_run on tinyfish_watch_result (run_id);
create index if not exists tinyfish_watch_result_delivery on tinyfish_watch_result (delivery, watch);
