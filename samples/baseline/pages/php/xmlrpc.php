<?php
/**
 * XML-RPC for the desktop client: methods are looked up in a table, parameters are typed.
 */
define('XMLRPC_REQUEST', true);
$HTTP_RAW_POST_DATA = isset($HTTP_RAW_POST_DATA) ? $HTTP_RAW_POST_DATA : file_get_contents('php://input');

include './load.php';

class RpcServer {

	var $methods = array(
		'demo.sayHello'        => 'this:hello',
		'blog.getPosts'        => 'this:get_posts',
		'blog.newMediaObject'  => 'this:new_media',
		'system.listMethods'   => 'this:list_methods',
	);

	function serve( $data ) {
		$xml = @simplexml_load_string( $data, 'SimpleXMLElement', LIBXML_NONET );
		if ( ! $xml ) {
			return $this->fault( -32700, 'parse error. not well formed' );
		}
		$name = (string) $xml->methodName;
		if ( ! isset( $this->methods[ $name ] ) ) {
			return $this->fault( -32601, 'server error. requested method ' . htmlspecialchars( $name ) . ' does not exist.' );
		}
		$args = array();
		foreach ( $xml->params->param as $p ) {
			$args[] = $this->value( $p->value );
		}
		$method = substr( $this->methods[ $name ], 5 );
		return $this->answer( call_user_func( array( $this, $method ), $args ) );
	}

	function value( $v ) {
		foreach ( $v->children() as $type => $x ) {
			switch ( $type ) {
				case 'int': case 'i4': return (int) $x;
				case 'boolean': return (string) $x === '1';
				case 'base64': return base64_decode( trim( (string) $x ) );
				case 'array':
					$list = array();
					foreach ( $x->data->value as $y ) $list[] = $this->value( $y );
					return $list;
				case 'struct':
					$map = array();
					foreach ( $x->member as $m ) $map[ (string) $m->name ] = $this->value( $m->value );
					return $map;
			}
		}
		return (string) $v;
	}

	function hello( $args ) { return 'Hello!'; }

	function list_methods( $args ) { return array_keys( $this->methods ); }

	function get_posts( $args ) {
		if ( ! $user = authenticate( $args[1], $args[2] ) ) return $this->fault( 403, 'Bad login/pass combination.' );
		return recent_posts( min( 50, (int) $args[3] ), $user );
	}

	function new_media( $args ) {
		if ( ! $user = authenticate( $args[1], $args[2] ) ) return $this->fault( 403, 'Bad login/pass combination.' );
		if ( ! user_can( $user, 'upload_files' ) ) return $this->fault( 401, 'You are not allowed to upload files.' );
		$name = sanitize_file_name( $args[3]['name'] );
		$check = check_filetype( $name, array( 'jpg', 'jpeg', 'png', 'gif', 'webp', 'mp3', 'pdf' ) );
		if ( ! $check['ext'] ) return $this->fault( 500, 'Invalid file type' );
		$path = upload_dir() . '/' . unique_filename( $name );
		file_put_contents( $path, $args[3]['bits'] );
		return array( 'file' => $name, 'url' => path_to_url( $path ), 'type' => $check['type'] );
	}

	function fault( $code, $text ) {
		header( 'Content-Type: text/xml' );
		die( "<?xml version=\"1.0\"?><methodResponse><fault><value><struct><member><name>faultCode</name><value><int>$code</int></value></member><member><name>faultString</name><value><string>$text</string></value></member></struct></value></fault></methodResponse>" );
	}

	function answer( $value ) {
		header( 'Content-Type: text/xml' );
		echo '<?xml version="1.0"?><methodResponse><params><param>', encode_value( $value ), '</param></params></methodResponse>';
	}
}

$server = new RpcServer();
$server->serve( $HTTP_RAW_POST_DATA );
