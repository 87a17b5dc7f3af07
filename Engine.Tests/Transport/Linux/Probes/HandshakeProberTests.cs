// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Backends;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Transport.Linux.Interop;
using LbEngine.Transport.Linux.Probes;

namespace LbEngine.Tests.Transport.Linux.Probes;

/// <summary>Handshakes that never become a connection.</summary>
public sealed class HandshakeProberTests : EndToEndTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [LinuxTheory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Start_SomebodyListens_SucceedsAndTheListenerNeverHearsOfIt(string address)
    {
        const int Probes = 1000;
        ScriptedBackend backend = Stage.AddBackend(IPAddress.Parse(address));
        using HandshakeProber prober = HandshakeProber.TryOpen(TimeProvider.System)!;
        var answers = new Answers();
        int inTime = 0;
        int seenByTheListener = 0;
        for (int i = 0; i < Probes; i++)
        {
            long start = TimeProvider.System.GetTimestamp();
            prober.Start(backend.EndPoint.Serialize(), SourceAddresses.Any, 5_000, answers);
            answers.WaitFor(i + 1, prober);

            // The kernel holds the last acknowledgement back for 40 ms; where this process got no turn in that time, the handshake was completed.
            bool isInTime = TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMilliseconds(30);
            inTime += isInTime ? 1 : 0;
            if (backend.HasPending)
            {
                using Peer completed = await backend.AcceptAsync();
                seenByTheListener += isInTime ? 1 : 0;
            }
        }

        Assert.Equal(Enumerable.Repeat(0, Probes), answers.Errors);
        Assert.Equal(0, seenByTheListener);
        Assert.NotEqual(0, inTime);
    }

    [LinuxFact]
    public void Start_ListenerWithABacklogOfOne_LeavesTheBacklogFree()
    {
        ScriptedBackend backend = Stage.AddBackend(backlog: 1);
        using HandshakeProber prober = HandshakeProber.TryOpen(TimeProvider.System)!;
        var answers = new Answers();
        for (int i = 0; i < 100; i++)
        {
            prober.Start(backend.EndPoint.Serialize(), SourceAddresses.Any, 5_000, answers);
            answers.WaitFor(i + 1, prober);
        }

        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(backend.EndPoint);

        Assert.True(client.Connected);
        Assert.Equal(Enumerable.Repeat(0, 100), answers.Errors);
    }

    [LinuxFact]
    public void Start_ManyAtOnce_AllAreAnswered()
    {
        const int Probes = 500;
        ScriptedBackend backend = Stage.AddBackend();
        using var closed = new ClosedPort();
        using HandshakeProber prober = HandshakeProber.TryOpen(TimeProvider.System)!;
        var answers = new Answers();

        for (int i = 0; i < Probes; i++)
        {
            prober.Start((i % 2 == 0 ? backend.EndPoint : closed.EndPoint).Serialize(), SourceAddresses.Any, 5_000, answers);
        }

        answers.WaitFor(Probes, prober);

        Assert.Equal(Probes / 2, answers.Errors.Count(errno => errno == 0));
        Assert.Equal(Probes / 2, answers.Errors.Count(errno => errno == Errno.ECONNREFUSED));
    }

    [LinuxFact]
    public async Task Start_NobodyAnswers_EndsWithTheTimeoutAndNotBefore()
    {
        ScriptedBackend silent = Stage.AddBackend(backlog: 0);
        await silent.FillBacklogAsync();
        using HandshakeProber prober = HandshakeProber.TryOpen(TimeProvider.System)!;
        var answers = new Answers();

        prober.Start(silent.EndPoint.Serialize(), SourceAddresses.Any, 200, answers);
        answers.WaitFor(1, prober);

        Assert.Equal([Errno.ETIMEDOUT], answers.Errors);
        Assert.True(answers.Elapsed[0] >= TimeSpan.FromMilliseconds(199), $"It ended after {answers.Elapsed[0]}.");
    }

    [LinuxFact]
    public void Start_NoRoute_EndsWithTheNetworksError()
    {
        using HandshakeProber prober = HandshakeProber.TryOpen(TimeProvider.System)!;
        var answers = new Answers();

        // To everybody: TCP has no such thing, and the kernel says so before it sends anything.
        prober.Start(new IPEndPoint(IPAddress.Broadcast, 80).Serialize(), SourceAddresses.Any, 200, answers);
        answers.WaitFor(1, prober);

        Assert.Contains(answers.Errors.Single(), (int[])[Errno.EACCES, Errno.ENETUNREACH]);
    }

    [LinuxFact]
    public void Wake_FromAnotherThread_EndsTheWait()
    {
        using HandshakeProber prober = HandshakeProber.TryOpen(TimeProvider.System)!;
        using var isOver = new ManualResetEventSlim();
        var waiter = new Thread(() =>
        {
            prober.Wait(-1);
            isOver.Set();
        });
        waiter.Start();

        prober.Wake();

        Assert.True(isOver.Wait(Limit), "The wait did not end.");
        waiter.Join();
    }

    [LinuxFact]
    public async Task Dispose_HandshakesAreUnderWay_ClosesThemWithoutAWord()
    {
        ScriptedBackend silent = Stage.AddBackend(backlog: 0);
        await silent.FillBacklogAsync();
        var answers = new Answers();
        int before = OpenDescriptors.CountSockets();
        using (HandshakeProber prober = HandshakeProber.TryOpen(TimeProvider.System)!)
        {
            prober.Start(silent.EndPoint.Serialize(), SourceAddresses.Any, 60_000, answers);
            prober.Wait(0);
            Assert.True(OpenDescriptors.CountSockets() > before, "No handshake was under way.");
        }

        Assert.Equal(before, OpenDescriptors.CountSockets());
        Assert.Empty(answers.Errors);
    }

    private sealed class Answers : IHandshakeOwner
    {
        public List<int> Errors { get; } = [];

        public List<TimeSpan> Elapsed { get; } = [];

        public void OnHandshake(int errno, TimeSpan elapsed)
        {
            Errors.Add(errno);
            Elapsed.Add(elapsed);
        }

        public void WaitFor(int count, HandshakeProber prober)
        {
            long start = TimeProvider.System.GetTimestamp();
            while (Errors.Count < count)
            {
                prober.Wait(100);
                Assert.True(TimeProvider.System.GetElapsedTime(start) < Limit, $"Only {Errors.Count} of {count} were answered within {Limit}.");
            }
        }
    }
}
