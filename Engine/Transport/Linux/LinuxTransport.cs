// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using LbEngine.Connections;
using LbEngine.Transport.Linux.Datagrams;

namespace LbEngine.Transport.Linux;

/// <summary>The transport of Linux: one reactor per core, each with its own listening sockets.</summary>
/// <remarks>Members are called by one caller at a time; the engine sees to that.</remarks>
internal sealed class LinuxTransport : ITransport
{
    private readonly TransportContext _context;
    private readonly List<Reactor> _reactors = [];
    private bool _disposed;

    public LinuxTransport(TransportContext context) => _context = context;

    /// <summary>True where the system calls of this transport exist with the layouts that it knows.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    public string Name => "linux";

    /// <summary>For tests: what all reactors together have rented.</summary>
    internal (int Connections, int Blocks, int Pipes) Rented => _reactors.Aggregate(
        (Connections: 0, Blocks: 0, Pipes: 0),
        (sum, reactor) => (sum.Connections + reactor.Rented.Connections, sum.Blocks + reactor.Rented.Blocks, sum.Pipes + reactor.Rented.Pipes));

    public async ValueTask StartAsync(IReadOnlyList<Listener> listeners, CancellationToken cancellationToken)
    {
        try
        {
            for (int i = 0; i < _context.ReactorCount; i++)
            {
                _reactors.Add(Reactor.Open(_context, (ushort)i));
            }

            foreach (Listener listener in listeners)
            {
                if (listener.IsDatagram)
                {
                    ListenForDatagrams(listener);
                    continue;
                }

                int[] descriptors = ListeningSocket.OpenGroup(listener, _reactors.Count);
                for (int i = 0; i < descriptors.Length; i++)
                {
                    _reactors[i].Listen(listener, descriptors[i]);
                }
            }
        }
        catch
        {
            await StopReactorsAsync().ConfigureAwait(false);
            throw;
        }

        _reactors.ForEach(reactor => reactor.Start());
    }

    public async ValueTask StopAcceptingAsync() =>
        await Task.WhenAll(_reactors.Select(reactor => reactor.PostAsync(own => own.StopAccepting()))).ConfigureAwait(false);

    public async ValueTask CloseConnectionsAsync(CloseReason reason, TimeSpan spread)
    {
        var closing = new Task[_reactors.Count];
        Array.Fill(closing, Task.CompletedTask);
        for (int i = 0; i < closing.Length; i++)
        {
            int number = i;
            await _reactors[i].PostAsync(own => closing[number] = own.CloseAll(reason, spread)).ConfigureAwait(false);
        }

        await Task.WhenAll(closing).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await StopReactorsAsync().ConfigureAwait(false);
        }
    }

    private void ListenForDatagrams(Listener listener)
    {
        LocalAddressBook? book = ListeningDatagramSocket.IsWildcard(listener) ? new LocalAddressBook() : null;
        int[] descriptors = ListeningDatagramSocket.OpenGroup(listener, _reactors.Count);
        for (int i = 0; i < descriptors.Length; i++)
        {
            _reactors[i].ListenForDatagrams(listener, descriptors[i], book);
        }
    }

    private async Task StopReactorsAsync()
    {
        await Task.WhenAll(_reactors.Select(reactor => reactor.StopAsync())).ConfigureAwait(false);
        _reactors.Clear();
    }
}
