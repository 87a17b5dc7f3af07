// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;

namespace LbEngine.Testing;

/// <summary>A datagram that has come to a <see cref="MemoryDatagramBackend"/>, and the way back to who sent it.</summary>
public sealed class MemoryDatagram
{
    private readonly MemoryNetwork _network;
    private readonly IDatagramSource _source;

    /// <summary>Internal: made when it arrives.</summary>
    internal MemoryDatagram(MemoryNetwork network, IDatagramSource source, byte[] bytes)
    {
        _network = network;
        _source = source;
        Bytes = bytes;
    }

    /// <summary>What it carries; may be empty.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>What it carries, as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>Where it came from: the balancer, which uses another port for each flow.</summary>
    public IPEndPoint From => _source.LocalEndPoint;

    /// <summary>Sends text back as UTF-8. See <see cref="Reply(ReadOnlySpan{byte})"/>.</summary>
    public void Reply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Reply(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Sends one datagram back, now or whenever the test likes; as often as it likes. It is lost when the flow has ended meanwhile.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 65507 bytes.</exception>
    public void Reply(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = DatagramWires.Copy(bytes);
        _network.Queue.FromTest(() => _network.Datagrams.Reply(_source, copy));
    }
}
