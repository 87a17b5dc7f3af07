// SPDX-License-Identifier: MIT
using System.Diagnostics;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Benchmarks.Udp;

/// <summary>
/// A closed loop in one thread: every reply is checked and answered by the next datagram. Two system calls for each reply, and one wait for many.
/// </summary>
/// <remarks>Waits with the engine's own epoll wrapper: poll looks at every socket each time, so that its work for each reply would depend on the
/// speed of the balancer.</remarks>
internal sealed class UdpLoad : IDisposable
{
    private const int WaitMilliseconds = 20;

    private readonly UdpLoadSettings _settings;
    private readonly LoadFlow[] _flows;
    private readonly Epoll _epoll;
    private readonly EpollEvents _events = new(256);
    private readonly byte[] _buffer = new byte[65536];
    private long _nextLook;

    public UdpLoad(UdpLoadSettings settings)
    {
        _settings = settings;
        _epoll = Epoll.TryOpen(out int errno) ?? throw new IOException($"epoll_create1 failed with error {errno}.");
        uint run = (uint)Random.Shared.Next();
        _flows = new LoadFlow[settings.Flows];
        for (int i = 0; i < _flows.Length; i++)
        {
            _flows[i] = new LoadFlow(settings.Target, run, i, settings, Counts);
            _epoll.Add(_flows[i].Descriptor, Epoll.EPOLLIN, (ulong)i);
        }
    }

    public LoadCounts Counts { get; } = new();

    /// <summary>Sends the first datagrams and keeps the loop going for the warm-up, which is not counted.</summary>
    public void WarmUp()
    {
        foreach (LoadFlow flow in _flows)
        {
            flow.Fill();
            Turn(0, isEnding: false);
        }

        RunFor(TimeSpan.FromSeconds(_settings.WarmUpSeconds));
        Counts.Clear();
    }

    public void RunFor(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            Turn(WaitMilliseconds, isEnding: false);
        }
    }

    /// <summary>Waits for what is in flight, until the last datagram is answered or given up.</summary>
    public void Finish()
    {
        while (_flows.Any(flow => flow.IsWaiting))
        {
            Turn(WaitMilliseconds, isEnding: true);
        }
    }

    public void Dispose()
    {
        _epoll.Close();
        foreach (LoadFlow flow in _flows)
        {
            flow.Dispose();
        }
    }

    private void Turn(int timeoutMilliseconds, bool isEnding)
    {
        int count = _epoll.Wait(_events, timeoutMilliseconds);
        for (int i = 0; i < count; i++)
        {
            _events.Read(i, out _, out ulong flow);
            _flows[flow].Receive(_buffer, isEnding);
        }

        long now = Environment.TickCount64;
        if (now < _nextLook)
        {
            return;
        }

        _nextLook = now + WaitMilliseconds;
        long oldest = Stopwatch.GetTimestamp() - (Stopwatch.Frequency * _settings.LossMilliseconds / 1000);
        foreach (LoadFlow flow in _flows)
        {
            flow.GiveUp(oldest, isEnding);
        }
    }
}
