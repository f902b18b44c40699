<%@ Page Language="C#" EnableSessionState="False" %>
<%@ Import Namespace="System.Diagnostics" %>
<%@ Import Namespace="System.Management" %>
<%@ Import Namespace="System.ServiceProcess" %>
<script runat="server" language="c#">
// Statusseite fuer die Ueberwachung: Dienste, Speicher, Platten, Laufzeit. Nur aus dem Netz der Ueberwachung erreichbar.
static readonly PerformanceCounter Cpu = new PerformanceCounter("Processor", "% Processor Time", "_Total");
static readonly string[] Needed = { "W3SVC", "WAS", "MSMQ", "ExampleImport" };

protected override void Render(HtmlTextWriter w)
{
    if (!Request.IsLocal && !Request.UserHostAddress.StartsWith("192.0.2."))
    {
        Response.StatusCode = 404;
        return;
    }
    Response.ContentType = "text/plain";
    bool ok = true;

    foreach (string name in Needed)
    {
        using (ServiceController s = new ServiceController(name))
        {
            ok &= s.Status == ServiceControllerStatus.Running;
            w.WriteLine("service {0}={1}", name, s.Status);
        }
    }

    w.WriteLine("cpu={0:0}", Cpu.NextValue());
    Process me = Process.GetCurrentProcess();
    w.WriteLine("workerset={0} threads={1} started={2:u}", me.WorkingSet64 >> 20, me.Threads.Count, me.StartTime);

    using (ManagementObjectSearcher wmi = new ManagementObjectSearcher("SELECT DeviceID, FreeSpace, Size FROM Win32_LogicalDisk WHERE DriveType=3"))
    {
        foreach (ManagementObject disk in wmi.Get())
        {
            double free = 100.0 * Convert.ToDouble(disk["FreeSpace"]) / Convert.ToDouble(disk["Size"]);
            ok &= free > 5;
            w.WriteLine("disk {0} {1:0.0}% free", disk["DeviceID"], free);
        }
    }

    // w32tm is the only one who knows how far the clock is off
    ProcessStartInfo psi = new ProcessStartInfo("w32tm.exe", "/query /status");
    psi.UseShellExecute = false;
    psi.RedirectStandardOutput = true;
    using (Process p = Process.Start(psi))
    {
        string text = p.StandardOutput.ReadToEnd();
        p.WaitForExit(5000);
        foreach (string line in text.Split('\n'))
            if (line.StartsWith("Phase Offset")) w.WriteLine("clock " + line.Substring(14).Trim());
    }

    Response.StatusCode = ok ? 200 : 503;
    w.WriteLine(ok ? "OK" : "FAILED");
}
</script>
