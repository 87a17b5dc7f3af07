// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Lifecycle;
using LbEngine.Transport;

namespace LbEngine.Testing;

/// <summary>The half of a <see cref="MemoryNetwork"/> that carries datagrams: who is where, and what is on its way. Loses and reorders nothing.</summary>
/// <remarks>Called under the lock of the <see cref="RunQueue"/> only.</remarks>
internal sealed class DatagramWires
{
    /// <summary>The most that one datagram carries over IPv4.</summary>
    public const int MaxBytes = 65_507;

    /// <summary>Datagrams that one call of the test may cause.</summary>
    private const int MaxDeliveries = 100_000;

    private readonly RunQueue _queue;
    private readonly Dictionary<IPEndPoint, MemoryDatagramBackend> _backends = [];
    private readonly Dictionary<IPEndPoint, MemoryDatagramListener> _listeners = [];
    private long _callNumber;
    private int _deliveries;

    public DatagramWires(RunQueue queue) => _queue = queue;

    /// <summary>A copy that nobody else changes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than a datagram carries.</exception>
    public static byte[] Copy(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxBytes, nameof(bytes));
        return bytes.ToArray();
    }

    /// <summary>Puts a backend on the network.</summary>
    /// <exception cref="ArgumentException">Something is there already; blames the caller's parameter.</exception>
    public void Add(MemoryDatagramBackend backend, string parameterName)
    {
        if (Find(backend.EndPoint) is not null || !_backends.TryAdd(backend.EndPoint, backend))
        {
            throw new ArgumentException($"There is a backend or a listener of datagrams at {backend.EndPoint} already.", parameterName);
        }
    }

    /// <summary>Puts a listener on the network.</summary>
    /// <exception cref="LbEngine.Transport.ListenerBindException">Something is there already.</exception>
    public void Bind(MemoryDatagramListener listener, string name)
    {
        if (_backends.ContainsKey(listener.EndPoint) || _listeners.Keys.Any(taken => MemoryAddress.Overlap(taken, listener.EndPoint)))
        {
            throw new ListenerBindException(name, listener.EndPoint, "the address is in use on this network");
        }

        _listeners.Add(listener.EndPoint, listener);
    }

    public void Unbind(MemoryDatagramListener listener) => _listeners.Remove(listener.EndPoint);

    /// <summary>Sends to whoever is there, or sends back that nobody is.</summary>
    public void Send(IDatagramSource source, IPEndPoint to, byte[] bytes) => Deliver(() =>
    {
        if (_backends.TryGetValue(to, out MemoryDatagramBackend? backend))
        {
            backend.Take(source, bytes);
        }
        else if (Find(to) is MemoryDatagramListener listener)
        {
            listener.Take(source, to, bytes);
        }
        else
        {
            source.TakeError(PathError.Refused);
        }
    });

    /// <summary>Sends back to where a datagram came from.</summary>
    public void Reply(IDatagramSource source, byte[] bytes) => Deliver(() => source.TakeReply(bytes));

    private void Deliver(Action arrive)
    {
        if (_callNumber != _queue.CallNumber)
        {
            _callNumber = _queue.CallNumber;
            _deliveries = 0;
        }

        if (++_deliveries > MaxDeliveries)
        {
            _queue.Fail(new InvalidOperationException(
                $"One call caused {MaxDeliveries} datagrams and did not come to an end: "
                + "they go round in a circle, or scripted ends answer each other for ever."));
            return;
        }

        _queue.Add(new DatagramDelivery(arrive));
    }

    private MemoryDatagramListener? Find(IPEndPoint to) =>
        _listeners.GetValueOrDefault(to) ?? _listeners.GetValueOrDefault(new IPEndPoint(MemoryAddress.AnyOf(to.Address), to.Port));
}
