// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Soak.Traffic;

namespace LbEngine.Benchmarks.Soak.Faults;

/// <summary>
/// Everything that was done and is allowed to be felt, and by whom. What nothing here explains is a finding. Any thread may ask.
/// </summary>
internal sealed class Excuses
{
    // A reset travels, and a health check takes two intervals to notice that a backend is back.
    private const double Slack = 2;

    private readonly List<Excuse> _all = [];
    private readonly Lock _lock = new();

    /// <summary>Something begins to be done.</summary>
    public Excuse Begin(FaultKind kind, int backend, double from, string? client = null)
    {
        var excuse = new Excuse(kind, backend, client, from);
        lock (_lock)
        {
            _all.Add(excuse);
        }

        return excuse;
    }

    /// <summary>What explains that a connection did not end as planned; null: nothing does.</summary>
    public Excuse? Find(StreamReport report) => report.Outcome switch
    {
        // A killed process sends RST or FIN, as its kernel finds bytes unread or not; a firewall's RST is one like any other.
        StreamOutcome.Reset or StreamOutcome.EarlyEnd => Find(
            report.From, report.To, excuse => IsKill(excuse, report.Backend) || IsClose(excuse, report.Client?.ToString())),
        _ => null,
    };

    /// <summary>What explains that a datagram had no answer; null: nothing does. What was wrong nothing explains.</summary>
    public Excuse? Find(DatagramReport report) => !report.IsLost ? null : Find(
        report.From, report.To, excuse => IsClose(excuse, report.Client.ToString()) || LosesDatagrams(excuse, report.Backend));

    // A crowd fills the table, and datagrams do not wait. A flow that nobody has answered yet may have met any of those who suffer.
    private static bool LosesDatagrams(Excuse excuse, int backend) => excuse.Kind switch
    {
        FaultKind.Reload or FaultKind.TakeOver or FaultKind.Crowd => true,
        FaultKind.Weigh or FaultKind.Close => false,
        _ => backend < 0 || excuse.Backend == backend,
    };

    private static bool IsKill(Excuse excuse, int backend) =>
        excuse.Kind is FaultKind.Kill or FaultKind.Refuse && (backend < 0 || excuse.Backend == backend);

    private static bool IsClose(Excuse excuse, string? client) => excuse.Client is not null && excuse.Client == client;

    private Excuse? Find(double from, double to, Func<Excuse, bool> explains)
    {
        lock (_lock)
        {
            return _all.Find(excuse => excuse.Overlaps(from - Slack, to) && explains(excuse));
        }
    }
}
