// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Transport.Probes;

namespace LbEngine.Tests.Health.Active;

/// <summary>Probes that find what a test says: at once, or when the test lets them.</summary>
internal sealed class ScriptedProber : IProber
{
    private readonly Dictionary<IPEndPoint, ProbeCause> _causes = [];
    private readonly Queue<(IPEndPoint Address, IProbeListener Listener)> _held = new();

    /// <summary>Where probes went, and when.</summary>
    public List<(IPEndPoint Address, TimeSpan At)> Starts { get; } = [];

    public required TimeProvider Time { get; init; }

    /// <summary>True: probes wait for <see cref="Release"/>.</summary>
    public bool Holds { get; set; }

    public int Held => _held.Count;

    /// <summary>What every probe is said to have taken.</summary>
    public TimeSpan Elapsed { get; set; } = TimeSpan.FromMilliseconds(1);

    public bool IsDisposed { get; private set; }

    public void Set(IPEndPoint address, ProbeCause cause) => _causes[address] = cause;

    public void Start(HealthCheck check, IPEndPoint address, IProbeListener listener)
    {
        Starts.Add((address, Time.GetElapsedTime(0)));
        if (Holds)
        {
            _held.Enqueue((address, listener));
        }
        else
        {
            Answer(address, listener);
        }
    }

    public void Release()
    {
        while (_held.TryDequeue(out (IPEndPoint Address, IProbeListener Listener) one))
        {
            Answer(one.Address, one.Listener);
        }
    }

    public void Dispose() => IsDisposed = true;

    private void Answer(IPEndPoint address, IProbeListener listener) =>
        listener.OnProbed(new ProbeResult(_causes.GetValueOrDefault(address), Elapsed));
}
