// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Benchmarks.Versus.Contenders;
using LbEngine.Benchmarks.Versus.Tools;

namespace LbEngine.Benchmarks.Versus.Rows;

/// <summary>HTTP requests over short or kept connections, 32 at a time.</summary>
internal sealed class WebRow : IVersusRow
{
    private const int Connections = 32;

    private readonly string _path;
    private readonly bool _isShort;
    private readonly Func<EntrancePorts, int> _entrance;
    private readonly string _scheme;

    private WebRow(string name, string title, bool isShort, Func<EntrancePorts, int> entrance, string scheme = "http")
    {
        Name = name;
        Title = title;
        _path = isShort ? "/close" : "/";
        _isShort = isShort;
        _entrance = entrance;
        _scheme = scheme;
    }

    public static WebRow Short { get; } =
        new("short", "Short TCP connections: microseconds of CPU per connection", isShort: true, static ports => ports.Web);

    public static WebRow Kept { get; } =
        new("kept", "Request and reply on a kept connection: microseconds of CPU per request", isShort: false, static ports => ports.Web);

    public static WebRow ProxyOut { get; } = new(
        "proxy-out",
        "Short TCP connections with a PROXY header to the backend: microseconds of CPU per connection",
        isShort: true,
        static ports => ports.ProxyOut);

    /// <summary>wrk has no such header: a proxy beside it, which is nobody's cost here, puts it in.</summary>
    public static WebRow ProxyIn { get; } = new(
        "proxy-in",
        "Short TCP connections that come with a PROXY header: microseconds of CPU per connection",
        isShort: true,
        static ports => ports.Feeder);

    public static WebRow Named { get; } = new(
        "sni",
        "Short TLS connections, passed on by the name of the server: microseconds of CPU per connection",
        isShort: true,
        static ports => ports.Named,
        "https");

    public string Name { get; }

    public string Title { get; }

    public string Command => $"wrk -t1 -c{Connections} -d SECONDS --latency {_scheme}://{Host}:PORT{_path}";

    // A client names no server whose address it was given.
    private string Host => _scheme == "https" ? "localhost" : "127.0.0.1";

    public bool Includes(Contender contender) => contender.IsBalancer || _entrance(contender.Ports) == contender.Ports.Web;

    public bool IsOnce => false;

    public double Weight => 1;

    public Sample Measure(Ring ring, Contender contender, int seconds)
    {
        long segments = KernelCounters.ReadSegmentsSent();
        double before = ring[contender].ReadProcessorMicroseconds();
        WrkOutput output = Load(ring, contender, seconds);
        double after = ring[contender].ReadProcessorMicroseconds();
        segments = KernelCounters.ReadSegmentsSent() - segments;
        var details = new Dictionary<string, double> { ["p99 us"] = output.P99Microseconds, ["RSS MB"] = ring[contender].ReadResidentBytes() / 1e6 };
        if (_isShort)
        {
            details["segments"] = (double)segments / output.Requests;
        }

        return new Sample((after - before) / output.Requests, output.Requests / output.Seconds, details, output.Errors);
    }

    public string Dissect(Ring ring, Contender contender)
    {
        if (ring.Plan.IsQuick)
        {
            return "";
        }

        // strace slows it down many times; it counts all the same.
        string[] processes = [.. ring[contender].Ids.SelectMany(id => new[] { "-p", id.ToString(CultureInfo.InvariantCulture) })];
        Task<ToolRun> trace = Task.Run(() => ToolRun.Run("timeout", ["-s", "INT", "4", ring.Tools["strace"], "-f", "-c", .. processes]));
        Thread.Sleep(1000);
        WrkOutput output = Load(ring, contender, seconds: 2);
        long calls = StraceOutput.ParseTotal(trace.GetAwaiter().GetResult().Text);
        return string.Create(CultureInfo.InvariantCulture, $"{(double)calls / output.Requests:0.0} system calls");
    }

    private WrkOutput Load(Ring ring, Contender contender, int seconds) => WrkOutput.Parse(ToolRun.RunPinned(
        ring.Plan.LoadCores,
        ring.Tools["wrk"],
        "-t1",
        $"-c{Connections}",
        $"-d{seconds}s",
        "--latency",
        $"{_scheme}://{Host}:{_entrance(contender.Ports)}{_path}"));
}
