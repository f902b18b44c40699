<?php
/**
 * Hooks: add_action(), add_filter(), do_action(), apply_filters(), and the loader of plugins.
 *
 * @package cms
 * @since   1.5
 */

$cms_filter  = array();
$cms_current = array();

function add_filter( $tag, $function_to_add, $priority = 10, $accepted_args = 1 ) {
	global $cms_filter;
	$idx = is_string( $function_to_add ) ? $function_to_add : md5( serialize( array_map( 'get_key', (array) $function_to_add ) ) );
	$cms_filter[ $tag ][ $priority ][ $idx ] = array( 'function' => $function_to_add, 'args' => $accepted_args );
	return true;
}

function add_action( $tag, $function_to_add, $priority = 10, $accepted_args = 1 ) {
	return add_filter( $tag, $function_to_add, $priority, $accepted_args );
}

function apply_filters( $tag, $value ) {
	global $cms_filter, $cms_current;
	if ( ! isset( $cms_filter[ $tag ] ) ) {
		return $value;
	}
	$cms_current[] = $tag;
	$args = func_get_args();
	array_shift( $args );
	ksort( $cms_filter[ $tag ] );
	foreach ( $cms_filter[ $tag ] as $callbacks ) {
		foreach ( $callbacks as $cb ) {
			$args[0] = $value;
			$value = call_user_func_array( $cb['function'], array_slice( $args, 0, (int) $cb['args'] ) );
		}
	}
	array_pop( $cms_current );
	return $value;
}

function do_action( $tag, $arg = '' ) {
	$args = func_get_args();
	call_user_func_array( 'apply_filters', array_merge( array( $tag ), array_slice( $args, 1 ) ) );
}

function get_key( $x ) {
	return is_object( $x ) ? spl_object_hash( $x ) : $x;
}

function load_plugins() {
	foreach ( (array) get_option( 'active_plugins' ) as $plugin ) {
		// no way out of the folder of plugins
		if ( validate_file( $plugin ) !== 0 || '.php' !== substr( $plugin, -4 ) ) {
			continue;
		}
		include_once CONTENT_DIR . '/plugins/' . $plugin;
	}
	do_action( 'plugins_loaded' );
}

/* requests of the admin screens: admin-ajax.php?action=name */
function dispatch_ajax() {
	if ( empty( $_REQUEST['action'] ) ) {
		die( '0' );
	}
	$action = preg_replace( '/[^a-z0-9_]/', '', strtolower( $_REQUEST['action'] ) );
	check_nonce( $_REQUEST['_nonce'], 'ajax_' . $action );
	do_action( ( is_user_logged_in() ? 'ajax_' : 'ajax_nopriv_' ) . $action );
	die( '0' );
}

add_filter( 'the_content', 'nl2br' );
add_filter( 'the_title', 'trim' );
add_filter( 'the_title', 'strip_tags', 5 );
add_action( 'init', 'session_start', 1, 0 );
if ( PHP_VERSION_ID < 70200 ) {
	add_filter( 'the_excerpt', create_function( '$s', 'return mb_substr($s, 0, 200) . "&hellip;";' ) );
}
