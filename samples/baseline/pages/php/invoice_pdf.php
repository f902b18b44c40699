<?php

namespace Billing\Http;

use Billing\Invoice;
use Billing\InvoiceNotFound;
use Psr\Http\Message\{ResponseInterface as Response, ServerRequestInterface as Request};

/**
 * GET /invoices/{number}.pdf
 *
 * The invoice is rendered to HTML by our own template and handed to wkhtmltopdf on standard input;
 * the result comes back on standard output. No file is written.
 */
class InvoicePdfAction
{
    private const COMMAND = 'exec /usr/local/bin/wkhtmltopdf --quiet --page-size A4 --disable-local-file-access'
                          . ' --encoding utf-8 --margin-top 20mm - -';

    /** @var \Twig\Environment */
    private $twig;

    public function __construct(\Twig\Environment $twig)
    {
        $this->twig = $twig;
    }

    public function __invoke(Request $request, Response $response, array $args): Response
    {
        try {
            $invoice = Invoice::byNumber($args['number'], $request->getAttribute('customer'));
        } catch (InvoiceNotFound $e) {
            return $response->withStatus(404);
        }
        $html = $this->twig->render('invoice.html.twig', [
            'invoice' => $invoice,
            'logo' => 'data:image/png;base64,' . base64_encode(file_get_contents(__DIR__ . '/../../assets/logo.png')),
        ]);

        $process = proc_open(self::COMMAND, [['pipe', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes, '/tmp', ['LANG' => 'C.UTF-8']);
        fwrite($pipes[0], $html);
        fclose($pipes[0]);
        $pdf = stream_get_contents($pipes[1]);
        $errors = stream_get_contents($pipes[2]);
        if (proc_close($process) !== 0 || strncmp($pdf, '%PDF-', 5) !== 0) {
            throw new \RuntimeException("wkhtmltopdf: $errors");
        }

        $response->getBody()->write($pdf);

        return $response
            ->withHeader('Content-Type', 'application/pdf')
            ->withHeader('Content-Disposition', 'inline; filename="' . $invoice->number . '.pdf"');
    }
}
