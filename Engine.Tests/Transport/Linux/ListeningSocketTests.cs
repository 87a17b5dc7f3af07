// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Scheduling;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Host;
using LbEngine.Transport;
using LbEngine.Transport.Linux;
using LbEngine.Transport.Linux.Interop;
using LbEngine.Transport.Linux.Streams;

namespace LbEngine.Tests.Transport.Linux;

public sealed class ListeningSocketTests
{
    [LinuxFact]
    public void OpenGroup_PortZero_GivesEverySocketTheSamePort()
    {
        Listener listener = Create("127.0.0.1:0");

        int[] group = Open(listener, 3);

        Assert.NotEqual(0, listener.BoundEndPoint!.Port);
        Assert.All(group, fd => Assert.Equal(listener.BoundEndPoint.Port, PortOf(fd)));
        Array.ForEach(group, SocketCalls.Close);
    }

    [LinuxFact]
    public void OpenGroup_AddressOfAnotherGroup_SaysInUseAndNamesTheListener()
    {
        Listener first = Create("127.0.0.1:0");
        int[] group = Open(first, 2);
        Listener second = Create(first.BoundEndPoint!.ToString(), "second");

        // Both would share the port by SO_REUSEPORT if nobody looked.
        var failure = Assert.Throws<ListenerBindException>(() => Open(second, 2));

        Assert.Equal("second", failure.ListenerName);
        Assert.Contains("listeners.second.bind", failure.Message, StringComparison.Ordinal);
        Assert.Contains("in use", failure.Message, StringComparison.Ordinal);
        Array.ForEach(group, SocketCalls.Close);
    }

    [LinuxFact]
    public void OpenGroup_BothFamiliesOnOnePort_DoNotCollide()
    {
        int port = FreePort.Find(IPAddress.IPv6Any).Port;
        Listener six = Create($"[::]:{port}", "six");
        int[] sixes = Open(six, 2);
        Listener four = Create($"0.0.0.0:{port}", "four");

        int[] fours = Open(four, 2);

        Assert.Equal(port, six.BoundEndPoint!.Port);
        Assert.Equal(port, four.BoundEndPoint!.Port);
        Array.ForEach([.. sixes, .. fours], SocketCalls.Close);
    }

    [LinuxFact]
    public void OpenGroup_AddressThatThisHostHasNot_SaysSo()
    {
        var failure = Assert.Throws<ListenerBindException>(() => Open(Create("192.0.2.1:0"), 1));

        Assert.Contains("no such address", failure.Message, StringComparison.Ordinal);
    }

    [LinuxTheory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task OpenGroup_ClientsConnectMeanwhile_NoneIsReset(string address)
    {
        const int Openings = 100;
        IPEndPoint endPoint = FreePort.Find(IPAddress.Parse(address));
        int served = 0;
        for (int i = 0; i < Openings; i++)
        {
            using var isOpen = new CancellationTokenSource();
            Task<List<Socket>> clients = ConnectUntilAsync(endPoint, isOpen.Token);
            int[] group = [];
            await Waiting.UntilAsync(() => TryOpen(endPoint, out group), $"the sockets of the opening before {i} are closed in every process");
            await isOpen.CancelAsync();

            List<Socket> connected = await clients;
            int reset = connected.Count(static client => client.Poll(0, SelectMode.SelectRead));
            served += connected.Count;
            connected.ForEach(static client => client.Dispose());
            Array.ForEach(group, SocketCalls.Close);

            Assert.True(reset == 0, $"{reset} of {connected.Count} clients were reset at opening {i}.");
        }

        Assert.True(served > 0, "No client came while a group was opened.");
    }

    /// <summary>A process that another test starts has a copy of every socket between its fork and its exec.</summary>
    private static bool TryOpen(IPEndPoint endPoint, out int[] group)
    {
        try
        {
            group = Open(Create(endPoint.ToString()), 3);
            return true;
        }
        catch (ListenerBindException)
        {
            group = [];
            return false;
        }
    }

    private static int[] Open(Listener listener, int count)
    {
        int[] group = ListeningSocket.OpenGroup(listener, listener.Bind, count);
        listener.BoundEndPoint = BoundSocket.ReadEndPoint(group[0], listener, listener.Bind);
        return group;
    }

    /// <summary>Connects again and again on a thread of its own; at least once after the end was asked for. Returns those that were let in.</summary>
    private static Task<List<Socket>> ConnectUntilAsync(IPEndPoint endPoint, CancellationToken isOver) => Task.Factory.StartNew(
        () =>
        {
            var connected = new List<Socket>();
            bool isLast;
            do
            {
                isLast = isOver.IsCancellationRequested;
                var client = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
                try
                {
                    client.Connect(endPoint);
                    connected.Add(client);
                }
                catch (SocketException)
                {
                    client.Dispose();
                }
            }
            while (!isLast);

            return connected;
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static Listener Create(string bind, string name = "web") => new()
    {
        Id = 0,
        Name = name,
        Bind = IPEndPoint.Parse(bind),
        Pool = CreatePool(),
    };

    private static BackendPool CreatePool()
    {
        SchedulerRegistry.CreateDefault().TryCreate(SchedulerNames.WeightedLeastConnections, out SchedulerFactory? factory);
        return new BackendPool(0, "site", SchedulerNames.WeightedLeastConnections, factory!);
    }

    private static int PortOf(int fd)
    {
        byte[] address = new byte[SocketAddressBytes.MaxLength];
        SocketCalls.GetName(fd, address);
        return SocketAddressBytes.Parse(address).Port;
    }
}
