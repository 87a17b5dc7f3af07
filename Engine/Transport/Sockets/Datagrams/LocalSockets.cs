// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>
/// The sockets of a listener that is bound to every address: one for each address that a client has used, so that its replies leave from there. Owner
/// only.
/// </summary>
internal sealed class LocalSockets : IDisposable
{
    /// <summary>Addresses that are remembered; replies to clients of any other leave from an address that the kernel chooses.</summary>
    private const int MaxAddresses = 256;

    private readonly DatagramSocket _wildcard;
    private readonly DatagramShared _datagrams;
    private readonly Action<DatagramSocket> _opened;
    private readonly Dictionary<IPAddress, DatagramSocket> _byAddress = [];
    private ushort _lastId;

    /// <param name="wildcard">The socket that is bound to every address.</param>
    /// <param name="datagrams">Bounds the sockets of all listeners together.</param>
    /// <param name="opened">Called with each new socket, to receive from it.</param>
    public LocalSockets(DatagramSocket wildcard, DatagramShared datagrams, Action<DatagramSocket> opened)
    {
        _wildcard = wildcard;
        _datagrams = datagrams;
        _opened = opened;
    }

    /// <summary>The socket for the address that a datagram was sent to, opened now if need be.</summary>
    public DatagramSocket Find(in IPPacketInformation information)
    {
        IPAddress? address = information.Address;
        if (address is null)
        {
            return _wildcard;
        }

        if (address.IsIPv6LinkLocal && address.ScopeId == 0)
        {
            address = new IPAddress(address.GetAddressBytes(), information.Interface);
        }

        if (!_byAddress.TryGetValue(address, out DatagramSocket? socket))
        {
            if (_byAddress.Count == MaxAddresses)
            {
                return _wildcard;
            }

            socket = Open(address);
            _byAddress.Add(address, socket);
        }

        return socket;
    }

    public void Dispose()
    {
        foreach (DatagramSocket socket in _byAddress.Values)
        {
            if (!ReferenceEquals(socket, _wildcard))
            {
                socket.Dispose();
                _datagrams.GiveLocalSocket();
            }
        }

        _byAddress.Clear();
    }

    private DatagramSocket Open(IPAddress address)
    {
        if (IsGroup(address) || !_datagrams.TryTakeLocalSocket())
        {
            return _wildcard;
        }

        try
        {
            var socket = new DatagramSocket(DatagramSetup.BindBeside(_wildcard.Socket, address), ++_lastId);
            _opened(socket);
            return socket;
        }
        catch (SocketException)
        {
            _datagrams.GiveLocalSocket();

            // Not an address to send from, or descriptors are short: remembered, so that it is not tried per datagram.
            return _wildcard;
        }
    }

    /// <summary>A socket of its own would get a second copy of what is sent to a group.</summary>
    private static bool IsGroup(IPAddress address) =>
        address.IsIPv6Multicast
        || (address.AddressFamily == AddressFamily.InterNetwork && ((address.GetAddressBytes()[0] & 0xF0) == 0xE0 || DatagramSetup.IsBroadcast(address)));
}
