<?php
defined('_EXEC_APP') or die('Restricted access');

/**
 * Component: preview pictures of videos. The path comes from the table of media, never from the request.
 */
class VideoPreviewController extends BaseController
{
    public function display()
    {
        $id = $this->input->getInt('id');
        $row = $this->db->setQuery('SELECT path, published FROM #__videos WHERE id = ' . (int) $id)->loadObject();
        if (!$row || !$row->published) {
            throw new Exception('Not found', 404);
        }

        $path = APP_MEDIA . '/' . $row->path;
        $image = APP_CACHE . '/video/' . $id . '.jpg';
        if (!is_file($image)) {
            $second = $this->middle($path);
            $cmd = implode(' ', array_map('escapeshellarg', array(
                $this->params->get('ffmpeg', '/usr/bin/ffmpeg'),
                '-v', 'error', '-ss', (string) $second, '-i', $path, '-frames:v', '1', '-vf', 'scale=320:-1', $image,
            )));
            $said = shell_exec($cmd . ' 2>&1');
            if (!is_file($image)) {
                Log::add('ffmpeg: ' . $said, Log::WARNING, 'com_video');
                $image = APP_MEDIA . '/no-preview.jpg';
            }
        }
        $this->app->setHeader('Content-Type', 'image/jpeg', true);
        $this->app->sendHeaders();
        readfile($image);
        $this->app->close();
    }

    /** The middle of a film, in seconds. */
    private function middle($path)
    {
        $spec = array(1 => array('pipe', 'w'), 2 => array('file', '/dev/null', 'w'));
        $process = proc_open(
            'ffprobe -v quiet -show_entries format=duration -of csv=p=0 ' . escapeshellarg($path), $spec, $pipes
        );
        if (!is_resource($process)) {
            return 1;
        }
        $seconds = (float) stream_get_contents($pipes[1]);
        fclose($pipes[1]);
        proc_close($process);
        return max(1, (int) ($seconds / 2));
    }
}
