/** 14262 of the procedures of SQL Server Agent: a job that is not there. */
function findJob(): string {
  return `IF @job_id IS NULL SELECT @job_id = job_id FROM dbo.sysjobs WHERE name = @job_name;
  ELSE SELECT @job_name = name FROM dbo.sysjobs WHERE job_id = @job_id;
  IF @job_id IS NULL OR @job_name IS NULL BEGIN RAISERROR(N'The specified @job_name (''%s'') does not exist.', 16, 1, @job_name); RETURN 1 END`;
}

/** Procedures of SQL Server Agent, with the parameters that scripts of jobs give (documentation of sp_add_job and its neighbours). */
export const MSDB_PROCEDURES: readonly string[] = [
  `CREATE PROCEDURE dbo.sp_add_operator @name sysname, @enabled tinyint = 1, @email_address nvarchar(100) = NULL, @pager_address nvarchar(100) = NULL,
  @category_name sysname = NULL AS
IF EXISTS (SELECT * FROM dbo.sysoperators WHERE name = @name) BEGIN RAISERROR(N'The specified @name (''%s'') already exists.', 16, 1, @name); RETURN 1 END
INSERT dbo.sysoperators VALUES (@name, @enabled, @email_address, 0, 0, @pager_address, 0, 0, 90000, 180000, 90000, 180000, 90000, 180000, 0, NULL, 0, 0, 99)
RETURN 0`,
  `CREATE PROCEDURE dbo.sp_add_job @job_name sysname, @enabled tinyint = 1, @description nvarchar(512) = NULL, @start_step_id int = 1,
  @category_name sysname = NULL, @category_id int = NULL, @owner_login_name sysname = NULL, @notify_level_eventlog int = 2,
  @notify_level_email int = 0, @notify_level_netsend int = 0, @notify_level_page int = 0, @notify_email_operator_name sysname = NULL,
  @notify_netsend_operator_name sysname = NULL, @notify_page_operator_name sysname = NULL, @delete_level int = 0,
  @job_id uniqueidentifier = NULL OUTPUT AS
IF EXISTS (SELECT * FROM dbo.sysjobs WHERE name = @job_name) BEGIN RAISERROR(N'The specified @job_name (''%s'') already exists.', 16, 1, @job_name); RETURN 1 END
DECLARE @operator int = ISNULL((SELECT id FROM dbo.sysoperators WHERE name = @notify_email_operator_name), 0)
IF @category_id IS NULL SELECT @category_id = category_id FROM dbo.syscategories WHERE name = @category_name
SET @job_id = ISNULL(@job_id, NEWID())
INSERT dbo.sysjobs VALUES (@job_id, 0, @job_name, @enabled, ISNULL(@description, N'No description available.'), @start_step_id, ISNULL(@category_id, 0),
  ISNULL(SUSER_SID(ISNULL(@owner_login_name, SUSER_SNAME())), 0x01), @notify_level_eventlog, @notify_level_email, @notify_level_netsend, @notify_level_page,
  @operator, 0, 0, @delete_level, GETDATE(), GETDATE(), 1)
RETURN 0`,
  `CREATE PROCEDURE dbo.sp_add_jobstep @job_id uniqueidentifier = NULL, @job_name sysname = NULL, @step_id int = NULL, @step_name sysname,
  @subsystem nvarchar(40) = N'TSQL', @command nvarchar(max) = NULL, @additional_parameters nvarchar(max) = NULL, @cmdexec_success_code int = 0,
  @on_success_action tinyint = 1, @on_success_step_id int = 0, @on_fail_action tinyint = 2, @on_fail_step_id int = 0, @server sysname = NULL,
  @database_name sysname = NULL, @database_user_name sysname = NULL, @retry_attempts int = 0, @retry_interval int = 0, @os_run_priority int = 0,
  @output_file_name nvarchar(200) = NULL, @flags int = 0 AS
  ${findJob()}
IF @step_id IS NULL SELECT @step_id = ISNULL(MAX(step_id), 0) + 1 FROM dbo.sysjobsteps WHERE job_id = @job_id
IF @subsystem = N'TSQL' AND @database_name IS NULL SET @database_name = N'master'
INSERT dbo.sysjobsteps VALUES (@job_id, @step_id, @step_name, @subsystem, @command, @flags, @additional_parameters, @cmdexec_success_code,
  @on_success_action, @on_success_step_id, @on_fail_action, @on_fail_step_id, @server, @database_name, @database_user_name, @retry_attempts,
  @retry_interval, @os_run_priority, @output_file_name, 0, 0, 0, 0, 0, NULL, NEWID())
UPDATE dbo.sysjobs SET version_number = version_number + 1, date_modified = GETDATE() WHERE job_id = @job_id
RETURN 0`,
  `CREATE PROCEDURE dbo.sp_add_schedule @schedule_name sysname, @enabled tinyint = 1, @freq_type int = 0, @freq_interval int = 0,
  @freq_subday_type int = 0, @freq_subday_interval int = 0, @freq_relative_interval int = 0, @freq_recurrence_factor int = 0,
  @active_start_date int = NULL, @active_end_date int = 99991231, @active_start_time int = 0, @active_end_time int = 235959,
  @owner_login_name sysname = NULL, @schedule_uid uniqueidentifier = NULL OUTPUT, @schedule_id int = NULL OUTPUT AS
SET @schedule_uid = ISNULL(@schedule_uid, NEWID())
INSERT dbo.sysschedules VALUES (@schedule_uid, 0, @schedule_name, ISNULL(SUSER_SID(ISNULL(@owner_login_name, SUSER_SNAME())), 0x01), @enabled, @freq_type,
  @freq_interval, @freq_subday_type, @freq_subday_interval, @freq_relative_interval, @freq_recurrence_factor,
  ISNULL(@active_start_date, CONVERT(int, CONVERT(char(8), GETDATE(), 112))), @active_end_date, @active_start_time, @active_end_time, GETDATE(), GETDATE(), 1)
SET @schedule_id = SCOPE_IDENTITY()
RETURN 0`,
  `CREATE PROCEDURE dbo.sp_attach_schedule @job_id uniqueidentifier = NULL, @job_name sysname = NULL, @schedule_id int = NULL, @schedule_name sysname = NULL AS
  ${findJob()}
IF @schedule_id IS NULL SELECT @schedule_id = schedule_id FROM dbo.sysschedules WHERE name = @schedule_name
IF NOT EXISTS (SELECT * FROM dbo.sysschedules WHERE schedule_id = @schedule_id)
  BEGIN RAISERROR(N'The specified @schedule_name (''%s'') does not exist.', 16, 1, @schedule_name); RETURN 1 END
INSERT dbo.sysjobschedules VALUES (@schedule_id, @job_id, 0, 0)
RETURN 0`,
  `CREATE PROCEDURE dbo.sp_add_jobserver @job_id uniqueidentifier = NULL, @job_name sysname = NULL, @server_name nvarchar(30) = NULL AS
  ${findJob()}
INSERT dbo.sysjobservers VALUES (@job_id, 0, 5, NULL, 0, 0, 0)
RETURN 0`,
  `CREATE PROCEDURE dbo.sp_add_alert @name sysname, @message_id int = 0, @severity int = 0, @enabled tinyint = 1, @delay_between_responses int = 0,
  @notification_message nvarchar(512) = NULL, @include_event_description_in tinyint = 5, @database_name sysname = NULL, @job_name sysname = NULL AS
IF EXISTS (SELECT * FROM dbo.sysalerts WHERE name = @name) BEGIN RAISERROR(N'The specified @name (''%s'') already exists.', 16, 1, @name); RETURN 1 END
INSERT dbo.sysalerts VALUES (@name, N'MSSQLSERVER', NULL, NULL, @message_id, @severity, @enabled, @delay_between_responses, 0, 0, 0, 0,
  @notification_message, @include_event_description_in, @database_name, NULL, 0, 0, 0,
  ISNULL((SELECT job_id FROM dbo.sysjobs WHERE name = @job_name), CONVERT(uniqueidentifier, 0x00000000000000000000000000000000)), 0, 0, NULL, 98)
RETURN 0`,
  `CREATE PROCEDURE dbo.sp_delete_job @job_id uniqueidentifier = NULL, @job_name sysname = NULL, @delete_history bit = 1, @delete_unused_schedule bit = 1 AS
  ${findJob()}
DELETE dbo.sysjobsteps WHERE job_id = @job_id
DELETE dbo.sysjobschedules WHERE job_id = @job_id
DELETE dbo.sysjobservers WHERE job_id = @job_id
DELETE dbo.sysjobhistory WHERE job_id = @job_id
IF @delete_unused_schedule = 1 DELETE dbo.sysschedules WHERE schedule_id NOT IN (SELECT schedule_id FROM dbo.sysjobschedules)
DELETE dbo.sysjobs WHERE job_id = @job_id
RETURN 0`,
];
