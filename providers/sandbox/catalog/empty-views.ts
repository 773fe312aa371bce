import { OBJECT_COLUMNS } from "./object-rows.ts";
import type { ViewDefinition } from "./view-definition.ts";

/** Views of features that the sandbox refuses to create anything of: they have their columns and no rows. */
const EMPTY: Readonly<Record<string, string>> = {
  assemblies:
    "name sysname, principal_id int?, assembly_id int, clr_name longname?, permission_set tinyint?, permission_set_desc desc?, is_visible bit, create_date datetime, modify_date datetime, is_user_defined bit?",
  assembly_modules:
    "object_id int, assembly_id int, assembly_class sysname?, assembly_method sysname?, null_on_null_input bit?, execute_as_principal_id int?",
  assembly_types:
    "name sysname, system_type_id tinyint, user_type_id int, schema_id int, assembly_id int, assembly_class sysname?",
  xml_schema_collections:
    "xml_collection_id int, schema_id int, principal_id int?, name sysname, create_date datetime, modify_date datetime",
  xml_indexes:
    "object_id int, name sysname?, index_id int, type tinyint, type_desc desc?, using_xml_index_id int?, secondary_type code1?, secondary_type_desc desc?, xml_index_type tinyint?, path_id int?",
  spatial_indexes:
    "object_id int, name sysname?, index_id int, type tinyint, type_desc desc?, spatial_index_type tinyint, spatial_index_type_desc desc?, tessellation_scheme sysname?",
  hash_indexes:
    "object_id int, name sysname?, index_id int, type tinyint, type_desc desc?, bucket_count int",
  column_store_row_groups:
    "object_id int, index_id int, partition_number int, row_group_id int, state tinyint, state_description desc, total_rows bigint, deleted_rows bigint?, size_in_bytes bigint",
  fulltext_catalogs:
    "fulltext_catalog_id int, name sysname, path path?, is_default bit, is_accent_sensitivity_on bit, data_space_id int?, file_id int?, principal_id int?, is_importing bit",
  fulltext_indexes:
    "object_id int, unique_index_id int, fulltext_catalog_id int?, is_enabled bit, change_tracking_state code1?, change_tracking_state_desc desc?, has_crawl_completed bit, crawl_type code1, crawl_type_desc desc?, stoplist_id int?, data_space_id int, property_list_id int?",
  fulltext_index_columns:
    "object_id int, column_id int, type_column_id int?, language_id int, statistical_semantics int",
  fulltext_stoplists:
    "stoplist_id int, name sysname, create_date datetime, modify_date datetime, principal_id int?",
  fulltext_languages: "lcid int, name sysname",
  external_tables: `${OBJECT_COLUMNS}, location longname?, data_source_id int, file_format_id int?`,
  external_data_sources:
    "data_source_id int, name sysname, location longname, type_desc desc?, type tinyint, credential_id int, database_name sysname?",
  external_file_formats:
    "file_format_id int, name sysname, format_type desc, field_terminator short?, string_delimiter short?",
  change_tracking_databases:
    "database_id int, is_auto_cleanup_on tinyint?, retention_period int?, retention_period_units tinyint?, retention_period_units_desc desc?, max_cleanup_version bigint?",
  change_tracking_tables:
    "object_id int, is_track_columns_updated_on bit, min_valid_version bigint?, begin_version bigint?, cleanup_version bigint?",
  security_policies: `${OBJECT_COLUMNS}, is_enabled bit, is_not_for_replication bit, uses_database_collation bit?, is_schema_bound bit`,
  database_scoped_configurations:
    "configuration_id int, name sysname?, value variant?, value_for_secondary variant?, is_value_default bit",
  security_predicates:
    "object_id int, security_predicate_id int, target_object_id int, predicate_definition text?, predicate_type int?, predicate_type_desc desc?, operation int?, operation_desc desc?",
  numbered_procedures: "object_id int, procedure_number smallint, definition text?",
  numbered_procedure_parameters:
    "object_id int, procedure_number smallint, name sysname, parameter_id int, system_type_id tinyint, user_type_id int, max_length smallint, precision tinyint, scale tinyint, is_output bit, is_cursor_ref bit",
  asymmetric_keys:
    "name sysname, principal_id int, asymmetric_key_id int, pvt_key_encryption_type code2, pvt_key_encryption_type_desc desc?, thumbprint short, algorithm code2, algorithm_desc desc?, key_length int, sid sid?, string_sid sysname?, public_key binary, attested_by path?, provider_type desc?",
  column_master_keys:
    "name sysname, column_master_key_id int, create_date datetime, modify_date datetime, key_store_provider_name sysname?, key_path longname?, allow_enclave_computations bit",
  column_encryption_keys:
    "name sysname, column_encryption_key_id int, create_date datetime, modify_date datetime",
  database_scoped_credentials:
    "name sysname, principal_id int, credential_id int, credential_identity longname?, create_date datetime, modify_date datetime, target_type longname?, target_id int?",
  credentials:
    "credential_id int, name sysname, credential_identity longname?, create_date datetime, modify_date datetime, target_type longname?, target_id int?",
  crypt_properties:
    "class tinyint, class_desc desc?, major_id int, thumbprint short, crypt_type code4, crypt_type_desc desc?, crypt_property binary",
  service_queues: `${OBJECT_COLUMNS}, max_readers smallint?, activation_procedure longname?, execute_as_principal_id int?, is_activation_enabled bit, is_receive_enabled bit, is_enqueue_enabled bit, is_retention_enabled bit`,
  services: "name sysname, service_id int, principal_id int?, service_queue_id int",
  service_contracts: "name sysname, service_contract_id int, principal_id int?",
  service_message_types:
    "name sysname, message_type_id int, principal_id int?, validation code2, validation_desc desc?, xml_collection_id int?",
  routes:
    "name sysname, route_id int, principal_id int?, remote_service_name path?, broker_instance sysname?, lifetime datetime?, address path?, mirror_address path?",
  event_notifications:
    "name sysname, object_id int, parent_class tinyint, parent_class_desc desc?, parent_id int, create_date datetime, modify_date datetime, service_name path?, broker_instance sysname?",
  plan_guides:
    "plan_guide_id int, name sysname, create_date datetime, modify_date datetime, is_disabled bit, query_text text?, scope_type tinyint, scope_type_desc desc?, scope_object_id int?, scope_batch text?, parameters text?, hints text?",
  filetables:
    "object_id int, is_enabled bit, directory_name sysname?, filename_collation_id int, filename_collation_name sysname?",
  memory_optimized_tables_internal_attributes:
    "object_id int, xtp_object_id bigint, type int, type_desc desc, minor_id int",
  sensitivity_classifications:
    "class int, class_desc word, major_id int, minor_id int, label sysname?, label_id sysname?, information_type sysname?, information_type_id sysname?, rank int?, rank_desc word?",
  server_triggers:
    "name sysname, object_id int, parent_class tinyint, parent_class_desc desc?, parent_id int, type code2, type_desc desc?, create_date datetime, modify_date datetime, is_ms_shipped bit, is_disabled bit",
  database_mirroring:
    "database_id int, mirroring_guid guid?, mirroring_state tinyint?, mirroring_state_desc desc?, mirroring_role tinyint?, mirroring_role_desc desc?",
  availability_groups:
    "group_id guid, name sysname?, resource_id sysname?, failure_condition_level int?, health_check_timeout int?",
  availability_replicas:
    "replica_id guid?, group_id guid?, replica_server_name path?, availability_mode tinyint?, failover_mode tinyint?",
  dm_hadr_database_replica_states:
    "database_id int, group_id guid, replica_id guid, is_local bit?, synchronization_state tinyint?, synchronization_state_desc desc?",
  server_audits:
    "audit_id int, name sysname, audit_guid guid?, create_date datetime, modify_date datetime, principal_id int?, type code2, type_desc desc?, is_state_enabled bit?",
  database_audit_specifications:
    "database_specification_id int, name sysname, create_date datetime, modify_date datetime, audit_guid guid?, is_state_enabled bit?",
  backup_devices: "name sysname, type tinyint?, type_desc desc?, physical_name path?",
  endpoints:
    "name sysname, endpoint_id int, principal_id int?, protocol tinyint, protocol_desc desc?, type tinyint, type_desc desc?, state tinyint?, state_desc desc?, is_admin_endpoint bit",
};

export const EMPTY_VIEWS: readonly ViewDefinition[] = Object.entries(EMPTY).map(
  ([name, columns]) => ({ name: `sys.${name}`, columns, rows: () => [] }),
);
