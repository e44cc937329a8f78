"""Words of SQL after which a bracket leaves nothing behind: functions of the server, and others.

Those are the ones that programs use most. Any other may be the caller's own, and do anything.
Source: https://www.postgresql.org/docs/15/functions.html
"""

from __future__ import annotations

from collections.abc import Set

_WORDS = """
all and any array as between by case check conflict cube distinct do else except exists filter from
group grouping having in intersect interval join key lateral like ilike limit materialized not nulls
of offset on only or order over partition primary references returning rollup row rows select set
sets similar some then to tablesample union unique using values when where within escape
bit char character varchar varying decimal numeric time timestamp timestamptz timetz precision float
geometry geography
"""

_FUNCTIONS = """
abs age any_value array_agg array_append array_cat array_dims array_fill array_length array_lower
array_ndims array_position array_positions array_prepend array_remove array_replace array_to_json
array_to_string array_upper ascii avg bit_and bit_length bit_or bool_and bool_or btrim cardinality
cast cbrt ceil ceiling char_length character_length chr clock_timestamp coalesce concat concat_ws
convert_from convert_to corr count covar_pop covar_samp cume_dist current_database current_schema
current_schemas current_setting date date_bin date_part date_trunc decode degrees dense_rank div
encode every exp extract factorial first_value floor format gcd gen_random_uuid generate_series
generate_subscripts get_bit get_byte greatest hashtext hashtextextended initcap isempty isfinite
json_agg json_array_elements json_array_elements_text json_array_length json_build_array
json_build_object json_each json_each_text json_extract_path json_extract_path_text json_object
json_object_agg json_object_keys json_strip_nulls json_to_record json_to_recordset json_typeof
jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array
jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text
jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_match
jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_populate_record
jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_strip_nulls jsonb_to_record
jsonb_to_recordset jsonb_typeof justify_days justify_hours justify_interval lag last_value lcm lead
least left length ln localtimestamp log log10 lower lower_inc lower_inf lpad ltrim make_date
make_interval make_time make_timestamp make_timestamptz max md5 min mod mode multirange
nextval now nth_value ntile nullif num_nonnulls num_nulls numrange int4range int8range tsrange
tstzrange daterange octet_length overlay percent_rank percentile_cont percentile_disc
pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_backend_pid pg_column_size
pg_get_serial_sequence pg_relation_size pg_size_pretty pg_sleep pg_table_size
pg_total_relation_size pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared pg_typeof
phraseto_tsquery pi plainto_tsquery position power quote_ident quote_literal quote_nullable radians
random range_agg range_merge rank regexp_count regexp_instr regexp_like regexp_match regexp_matches
regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr regr_count repeat replace
reverse right round row_number row_to_json rpad rtrim scale sha224 sha256 sha384 sha512 sign
split_part sqrt starts_with statement_timestamp stddev stddev_pop stddev_samp string_agg
string_to_array string_to_table strpos substr substring sum text timeofday to_ascii to_char to_date
to_hex to_json to_jsonb to_number to_regclass to_timestamp to_tsquery to_tsvector
transaction_timestamp translate treat trim trim_array trim_scale trunc ts_headline ts_rank
ts_rank_cd unnest upper upper_inc upper_inf var_pop var_samp variance version
websearch_to_tsquery width_bucket
st_area st_asbinary st_asgeojson st_astext st_buffer st_centroid st_collect st_contains
st_coveredby st_covers st_crosses st_disjoint st_distance st_dwithin st_envelope st_equals
st_geogfromtext st_geomfromgeojson st_geomfromtext st_intersection st_intersects st_isempty
st_isvalid st_length st_makeenvelope st_makepoint st_makevalid st_overlaps st_perimeter st_point
st_pointfromtext st_setsrid st_simplify st_srid st_touches st_transform st_union st_within st_x st_y
"""

_HARMLESS = frozenset(_WORDS.split()) | frozenset(_FUNCTIONS.split())


def are_harmless(calls: Set[str]) -> bool:
    """Whether nothing that is called can leave anything on a connection."""
    return all(name.removeprefix("pg_catalog.") in _HARMLESS for name in calls)
