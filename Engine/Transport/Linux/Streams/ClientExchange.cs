// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>Lets a reactor pass accepted clients on to one that holds clearly fewer connections. Any thread, except where a member says otherwise.</summary>
/// <remarks>
/// The kernel spreads clients over the listening sockets by a hash: fair for many, while of a few long connections several
/// share one core and others idle. The accepting reactor looks at one other at random (M. Mitzenmacher, "The Power of Two Choices in
/// Randomized Load Balancing", 2001; HAProxy does the same), so that it costs the same with any number of reactors.
/// A connection itself never moves: only clients that are not placed yet do.
/// </remarks>
internal sealed class ClientExchange
{
    private readonly Desk[] _desks;

    /// <param name="wakes">What wakes each reactor, by its number.</param>
    public ClientExchange(IEnumerable<WakeEvent> wakes) => _desks = [.. wakes.Select(static wake => new Desk(wake))];

    /// <summary>Passes a client on, unless the reactor that was looked at has about as much to do. True: the client has another owner now.</summary>
    /// <param name="number">The reactor that has accepted. Its thread only.</param>
    /// <param name="random">Any number, another each time.</param>
    /// <param name="client">The client.</param>
    public bool TryPass(int number, uint random, in AcceptedClient client)
    {
        int other = (int)(random % (uint)(_desks.Length - 1));
        Desk desk = _desks[other < number ? other : other + 1];
        int load = Volatile.Read(ref desk.Load.Value) + desk.Clients.Count;

        // A quarter more is what many short connections differ by anyway, and passing on is not free.
        if (_desks[number].Load.Value <= load + (load >> 2))
        {
            return false;
        }

        desk.Clients.Enqueue(client);
        desk.Wake.Signal();
        return true;
    }

    /// <summary>Clients that wait at a reactor.</summary>
    public int CountPassed(int number) => _desks[number].Clients.Count;

    /// <summary>The next client that was passed on to a reactor. Its thread, or anybody once it has ended.</summary>
    public bool TryTake(int number, out AcceptedClient client) => _desks[number].Clients.TryDequeue(out client);

    /// <summary>A reactor says how many connections it holds. Its thread only.</summary>
    public void NoteLoad(int number, int connections) => Volatile.Write(ref _desks[number].Load.Value, connections);

    private sealed class Desk(WakeEvent wake)
    {
        public PaddedCount Load; // mutable, keep non-readonly

        public WakeEvent Wake { get; } = wake;

        public ConcurrentQueue<AcceptedClient> Clients { get; } = new();
    }

    /// <summary>Written with every connection by one thread and read by others: alone on its cache lines.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct PaddedCount
    {
        [FieldOffset(64)]
        public int Value;
    }
}
