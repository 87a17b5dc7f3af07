// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;
using LbEngine.Lifecycle;

namespace LbEngine.Testing;

/// <summary>A UDP client of the balancer, in the hands of a test. Made by <see cref="MemoryNetwork.AddDatagramClient(string, string)"/>.</summary>
/// <remarks>Whatever a call causes has happened when it returns. Any thread may call.</remarks>
public sealed class MemoryDatagramClient : IDatagramSource
{
    private readonly MemoryNetwork _network;
    private readonly List<ReadOnlyMemory<byte>> _received = [];
    private int _refusals;

    /// <summary>Internal: made by a <see cref="MemoryNetwork"/>.</summary>
    internal MemoryDatagramClient(MemoryNetwork network, IPEndPoint localEndPoint, IPEndPoint remoteEndPoint)
    {
        _network = network;
        LocalEndPoint = localEndPoint;
        RemoteEndPoint = remoteEndPoint;
    }

    /// <summary>The client's address.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Where it sends to, and where every reply comes from.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>The datagrams that have come so far, in that order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Received => _network.Queue.Read(() => _received.ToArray());

    /// <summary>The same as UTF-8 texts.</summary>
    public IReadOnlyList<string> ReceivedTexts => [.. Received.Select(bytes => Encoding.UTF8.GetString(bytes.Span))];

    /// <summary>Datagrams that met "port unreachable": nothing listens at <see cref="RemoteEndPoint"/>. A balancer never sends that for a backend.</summary>
    public int Refusals => _network.Queue.Read(() => _refusals);

    /// <summary>Sends text as UTF-8, in one datagram.</summary>
    public void Send(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Send(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Sends one datagram; it may be empty.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 65507 bytes.</exception>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = DatagramWires.Copy(bytes);
        _network.Queue.FromTest(() => _network.Datagrams.Send(this, RemoteEndPoint, copy));
    }

    void IDatagramSource.TakeReply(byte[] bytes) => _received.Add(bytes);

    void IDatagramSource.TakeError(PathError error) => _refusals++;
}
