// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Timing;
using Microsoft.Extensions.Logging;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>What the stages of the UDP half of one reactor (open, requests, replies, close) share. Reactor thread only.</summary>
internal sealed class FlowParts
{
    private readonly LinuxFlow?[] _byTableSlot;

    public FlowParts(ReactorParts reactor, IUdpForwarder forwarder)
    {
        Reactor = reactor;
        Forwarder = forwarder;
        _byTableSlot = new LinuxFlow?[reactor.Table.Capacity];
    }

    public ReactorParts Reactor { get; }

    public IUdpForwarder Forwarder { get; }

    public ConnectionTable Table => Reactor.Table;

    public TimerWheel Wheel => Reactor.Wheel;

    public ILogger Logger => Reactor.Logger;

    public long Now => Reactor.Clock.Milliseconds;

    public PooledSlots<LinuxFlow> Flows { get; } = new();

    public KeptDatagrams Kept { get; } = new();

    /// <summary>Makes a flow findable by its row in the table.</summary>
    public void Note(LinuxFlow flow) => _byTableSlot[flow.Handle.Slot] = flow;

    public void Forget(LinuxFlow flow) => _byTableSlot[flow.Handle.Slot] = null;

    /// <summary>The flow of this reactor in a row; null when it belongs to another one.</summary>
    public LinuxFlow? At(ConnectionHandle handle) =>
        _byTableSlot[handle.Slot] is LinuxFlow flow && flow.Handle == handle ? flow : null;
}
