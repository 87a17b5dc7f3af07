// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Tables;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>Begins flows: admits the client and connects a socket to the backend, or to the next one. Reactor thread only.</summary>
internal sealed class FlowOpener
{
    private readonly FlowParts _parts;
    private readonly FlowCloser _closer;
    private readonly FlowEviction _eviction;

    public FlowOpener(FlowParts parts, FlowCloser closer, FlowEviction eviction)
    {
        _parts = parts;
        _closer = closer;
        _eviction = eviction;
    }

    /// <summary>Begins a flow that has carried nothing yet. Null when the client was turned away, or no backend can be sent to; that is counted.</summary>
    public LinuxFlow? Open(scoped in FirstDatagram first)
    {
        LinuxFlow? flow = Admit(first);
        if (flow is null)
        {
            return null;
        }

        _parts.Flows.Add(flow);
        _parts.Note(flow);
        flow.Entrance.FlowCount++;
        return TryConnect(flow) ? flow : null;
    }

    /// <summary>Admits a flow that has no socket and that nobody finds yet. Null when the client was turned away; that is counted.</summary>
    public LinuxFlow? Admit(scoped in FirstDatagram first)
    {
        Listener listener = first.Entrance.Listener;
        LinuxFlow flow = Prepare(first);
        var arrival = new Arrival(listener, first.Sender.Client, _parts.Reactor.Number, _parts.Now)
        {
            Local = first.Local.Address,
            Peer = first.Sender.Peer,
            Destination = first.Sender.Destination,
        };
        Placement placement = _parts.Forwarder.Admit(flow, arrival, hasMadeRoom: false);
        if (placement.NeedsRoom)
        {
            _eviction.TryEvictUnanswered(placement.RoomAt(listener));
            placement = _parts.Forwarder.Admit(flow, arrival, hasMadeRoom: true);
        }

        if (placement.IsPlaced)
        {
            return flow;
        }

        _parts.Flows.Return(flow);
        return null;
    }

    /// <summary>Does what follows from an error of the flow's path: the first datagram goes to another backend, or the flow ends, or it goes on.</summary>
    public void Follow(LinuxFlow flow, PathError error)
    {
        FlowVerdict verdict = _parts.Forwarder.Met(flow, error, flow.Kept is not null, _parts.Now);
        switch (verdict.Step)
        {
            case FlowStep.End:
                _closer.End(flow, verdict.Reason);
                break;
            case FlowStep.Retry:
                Move(flow, FlowReasons.Failure(error));
                break;
            default:
                if (FlowStory.RepeatsFirst(error, flow.State, flow.Kept is not null))
                {
                    SendFirst(flow);
                }

                break;
        }
    }

    /// <summary>
    /// A socket that is connected to a backend, and is told what the network says of the way there: from one of the pool's source addresses, or from the
    /// next where one has no port left.
    /// </summary>
    public IoResult OpenTowards(Backend backend, EndPointKey client)
    {
        SourceTurn turn = backend.Pool.Sources.Begin(backend.IsIPv4, client);
        while (true)
        {
            SourceChoice source = turn.Take();
            IoResult opened = OpenFrom(backend, source, out SourceProblem problem);
            if (problem == SourceProblem.None)
            {
                return opened;
            }

            _parts.Forwarder.SourceFailed(backend, source, problem, _parts.Now);
            if (!turn.HasMore)
            {
                return opened;
            }
        }
    }

    private static IoResult OpenFrom(Backend backend, in SourceChoice source, out SourceProblem problem)
    {
        problem = SourceProblem.None;
        bool isIPv6 = !backend.IsIPv4;
        IoResult opened = SocketCalls.OpenDatagram(isIPv6 ? SocketCalls.AF_INET6 : SocketCalls.AF_INET);
        if (opened.Failed)
        {
            return opened;
        }

        ErrorQueue.Open(opened.Value, isIPv6);
        problem = SourceBinding.Bind(opened.Value, source, isStream: false);
        IoResult result = problem == SourceProblem.None
            ? SocketCalls.Connect(opened.Value, SocketAddressBytes.Of(backend.SocketAddress))
            : IoResult.Failure(SourceBinding.ErrorOf(problem));
        if (!result.Failed && OwnName.IsPeer(opened.Value, backend.Address))
        {
            result = IoResult.Failure(Errno.ECONNREFUSED);
        }

        if (result.Failed)
        {
            problem = problem == SourceProblem.None ? SourceBinding.Explain(source, result.Error) : problem;
            SocketCalls.Close(opened.Value);
            return problem == SourceProblem.None ? result : IoResult.Failure(SourceBinding.ErrorOf(problem));
        }

        return opened;
    }

    private void Move(LinuxFlow flow, ConnectFailure failure)
    {
        _closer.Disconnect(flow);
        if (!_parts.Forwarder.Retry(flow, failure, hasMadeRoom: false).IsPlaced)
        {
            _closer.End(flow, FlowReasons.Ended(failure));
        }
        else if (TryConnect(flow))
        {
            SendFirst(flow);
        }
    }

    private LinuxFlow Prepare(scoped in FirstDatagram first)
    {
        LinuxFlow flow = _parts.Flows.Rent();
        flow.Entrance = first.Entrance;
        flow.ClientAddress = first.Address;
        flow.Local = first.Local;
        flow.LocalAddressId = first.LocalAddressId;
        return flow;
    }

    /// <summary>
    /// Connects a flow that holds a backend, to that one or to the next; false when it has ended. Bounded: room is made once, and backends are
    /// distinct.
    /// </summary>
    private bool TryConnect(LinuxFlow flow)
    {
        bool hasMadeRoom = false;
        while (true)
        {
            IoResult result = Connect(flow, flow.Backend!);
            if (!result.Failed)
            {
                flow.Entrance.Unanswered.Add(flow);
                _parts.Table.GetEntry(flow.Handle).LastActiveMilliseconds = _parts.Now;
                _parts.Wheel.Schedule(flow, _parts.Now + flow.State.TimeoutMilliseconds(flow.Listener.Flows));
                return true;
            }

            ConnectFailure failure = LinuxErrors.ToConnectFailure(result.Error);
            Placement next = _parts.Forwarder.Retry(flow, failure, hasMadeRoom);
            if (next.NeedsRoom && _eviction.TryEvictUnanswered(null))
            {
                hasMadeRoom = true;
            }
            else if (!next.IsPlaced)
            {
                _closer.End(flow, FlowReasons.Ended(failure));
                return false;
            }
        }
    }

    private IoResult Connect(LinuxFlow flow, Backend backend)
    {
        IoResult opened = _parts.Reactor.KeepIfSpared(OpenTowards(backend, flow.Client));
        if (opened.Failed)
        {
            return opened;
        }

        IoResult result = _parts.Reactor.Epoll.Add(opened.Value, Epoll.EPOLLIN | Epoll.EPOLLET, EpollToken.For(flow).Value);
        if (result.Failed)
        {
            SocketCalls.Close(opened.Value);
        }
        else
        {
            flow.Descriptor = opened.Value;
        }

        return result;
    }

    /// <summary>The first datagram goes out again. It counts as passed on since it went to the backend before.</summary>
    private void SendFirst(LinuxFlow flow)
    {
        IoResult sent = SocketCalls.Send(flow.Descriptor, HeaderRoom.Fill(flow.Kept!.WithRoom, flow.Header), 0);
        if (sent.Failed)
        {
            _parts.Forwarder.Dropped(flow.Listener, FlowReasons.Dropped(DatagramErrors.ToSendFailure(sent)), 1);
            flow.State.CountLost(1);
        }
    }
}
