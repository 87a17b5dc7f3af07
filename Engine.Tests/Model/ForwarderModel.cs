// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Tests.Forwarding;
using LbEngine.Transport;

namespace LbEngine.Tests.Model;

/// <summary>The story of TCP connections without a transport, beside a list of who lives where.</summary>
internal sealed class ForwarderModel
{
    private const int Capacity = 4;
    private const int Backends = 3;
    private const int MostFromOne = 2;

    private readonly TcpStage _stage;
    private readonly bool _limitsClients;
    private readonly List<Live> _live = [];
    private readonly Dictionary<Backend, long> _picked = [];
    private readonly List<string> _done = [];
    private long _now = 1000;
    private int _records;

    private ForwarderModel(int setup)
    {
        _limitsClients = (setup & 1) != 0;
        _stage = new TcpStage(Backends, inspects: false, _limitsClients ? MostFromOne : 0, holdsWhenFull: (setup & 2) != 0);
        _stage.Listener.MaxConnections = (setup & 4) != 0 ? 2 : int.MaxValue;
        _stage.Pool.ConnectAttempts = 1 + ((setup >> 3) % 3);
        _stage.Pool.RefusesWhenAllDown = (setup & 32) != 0;
        _done.Add($"setup: {_stage.Listener.MaxConnections} at the listener, {_limitsClients}, holds {_stage.Listener.HoldsWhenFull}, "
            + $"{_stage.Pool.ConnectAttempts} attempts, refuses {_stage.Pool.RefusesWhenAllDown}");
    }

    private IReadOnlyList<Backend> All => [.. _stage.Pool.Current.BySlot.ToArray().OfType<Backend>()];

    public static void Run(ModelSchedule schedule)
    {
        var model = new ForwarderModel(schedule.Setup);
        try
        {
            foreach (int step in schedule.Steps)
            {
                model.Do(ModelStep.Read(step));
                model.AssertBooks();
            }

            model.EndAll();
        }
        catch (Exception exception)
        {
            throw new ModelFailedException(exception.Message, model._done, exception);
        }
    }

    private void Do(ModelStep step)
    {
        Live? live = _live.Count == 0 ? null : _live[step.First % _live.Count];
        switch (step.Action % 12)
        {
            case 0 or 1 or 2 or 3:
                Arrive($"198.51.100.{step.First % 3}:{5000 + step.Second}");
                break;
            case 4 or 5 when live is { IsConnected: false }:
                Retry(live, step.OfSecond(ConnectFailure.Refused, ConnectFailure.TimedOut, ConnectFailure.Unreachable, ConnectFailure.NoLocalPort));
                break;
            case 6 when live is { IsConnected: false }:
                _done.Add($"{live} is connected");
                _stage.Forwarder.Connected(live.Connection, _now);
                live.IsConnected = true;
                break;
            case 7 or 8 when live is not null:
                End(live, step.OfSecond(CloseReason.Completed, CloseReason.ClientReset, CloseReason.BackendReset, CloseReason.Killed, CloseReason.IdleTimeout));
                break;
            case 9:
                Change(step);
                break;
            case 10:
                _stage.Listener.MaxConnections = step.OfFirst(1, 2, 3, int.MaxValue);
                _done.Add($"the listener takes {_stage.Listener.MaxConnections}");
                break;
            default:
                _now += step.Second;
                break;
        }
    }

    private void Arrive(string client)
    {
        bool isFull = _live.Count >= Capacity;
        bool isListenerFull = _live.Count >= _stage.Listener.MaxConnections;
        if (_stage.Listener.HoldsWhenFull && (isFull || isListenerFull))
        {
            _done.Add($"{client} waits");
            Assert.Equal(AcceptDecision.Hold, _stage.Forwarder.MayAccept(_stage.Listener));
            return;
        }

        string address = client.Split(':')[0];
        bool isClientFull = _limitsClients && _live.Count(live => live.Address == address) >= MostFromOne;
        Backend[] choice = [.. Choice([])];
        RejectReason expected = isFull ? RejectReason.ProcessLimit
            : isListenerFull ? RejectReason.ListenerLimit
            : isClientFull ? RejectReason.ClientLimit
            : choice.Length == 0 ? RejectReason.NoBackend
            : RejectReason.None;
        var connection = new TestConnection();
        Placement placement = _stage.Arrive(connection, client, _now);
        _done.Add($"{client} arrives: {(placement.IsPlaced ? placement.Backend.Name : placement.Reason)}");
        Assert.Equal(expected, placement.IsPlaced ? RejectReason.None : placement.Reason);
        if (!placement.IsPlaced)
        {
            _records++;
            return;
        }

        Assert.Contains(placement.Backend, choice);
        NotePick(placement.Backend);
        _live.Add(new Live(connection, client, address));
    }

    private void Retry(Live live, ConnectFailure failure)
    {
        live.Tried.Add(live.Connection.Backend!);
        int mayTry = _stage.Pool.ConnectAttempts - live.Tried.Count;

        // The failed one is given back first, so that its place is no longer taken.
        Backend failed = live.Connection.Backend!;
        Placement placement = _stage.Forwarder.Retry(live.Connection, failure, _now);
        _done.Add($"{live} met {failure} at {failed.Name}: {(placement.IsPlaced ? placement.Backend.Name : placement.Reason)}");
        if (placement.IsPlaced)
        {
            Assert.True(mayTry > 0, "It tries more often than the pool allows.");
            Assert.DoesNotContain(placement.Backend, live.Tried);
            Assert.True(placement.Backend.TakesNewTraffic, "It goes on where no new traffic goes.");
            NotePick(placement.Backend);
            return;
        }

        Assert.True(mayTry <= 0 || !Choice(live.Tried).Any(), "It gives up while a backend is left.");
        End(live, CloseReason.ConnectFailed);
    }

    private void End(Live live, CloseReason reason)
    {
        _done.Add($"{live} ends: {reason}");
        _stage.Forwarder.Ended(live.Connection, reason, _now);
        _live.Remove(live);
        _records++;
        Assert.Equal(reason, _stage.Sink.Last.Reason);
    }

    private void Change(ModelStep step)
    {
        Backend backend = All[step.First % Backends];
        lock (_stage.Pool.Writer)
        {
            backend.OperatorState = step.OfSecond(OperatorState.Ready, OperatorState.Draining, OperatorState.Maintenance);
            backend.Weight = (step.Second / 3) % 3;
            backend.MaxConnections = (step.Second / 9) % 3 == 0 ? int.MaxValue : (step.Second / 9) % 3;
            backend.HealthState = (step.Second / 27) % 2 == 0 ? HealthState.Up : HealthState.Down;
            _stage.Pool.Publish();
        }

        _done.Add($"{backend.Name} is {backend.OperatorState}, {backend.HealthState}, weight {backend.Weight}, takes {backend.MaxConnections}");
    }

    /// <summary>Where a client may go now: to a healthy backend with room, or to any when none is healthy and the pool allows it.</summary>
    private IEnumerable<Backend> Choice(IReadOnlyCollection<Backend> tried)
    {
        Backend[] taking = [.. All.Where(backend => backend.TakesNewTraffic)];
        bool isAnyHealthy = taking.Any(backend => backend.IsHealthy);
        return taking
            .Where(backend => (isAnyHealthy ? backend.IsHealthy : !_stage.Pool.RefusesWhenAllDown)
                && backend.ActiveCount < backend.MaxConnections
                && !tried.Contains(backend));
    }

    private void NotePick(Backend backend) => _picked[backend] = _picked.GetValueOrDefault(backend) + 1;

    private void AssertBooks()
    {
        Assert.Equal(_live.Count, _stage.Budget.Count);
        Assert.Equal(_live.Count, _stage.Table.Count);
        Assert.Equal(_live.Count, _stage.Listener.ActiveCount);
        Assert.Equal(_records, _stage.Sink.Records);
        Assert.Equal(_records + _live.Count, _stage.Listener.AcceptedCount);
        foreach (Backend backend in All)
        {
            Assert.Equal(_live.Count(live => live.Connection.Backend == backend), backend.ActiveCount);
            Assert.Equal(_picked.GetValueOrDefault(backend), backend.TotalConnections);
        }
    }

    private void EndAll()
    {
        while (_live.Count > 0)
        {
            End(_live[^1], CloseReason.Stopped);
            AssertBooks();
        }
    }

    private sealed record Live(TestConnection Connection, string Client, string Address)
    {
        public HashSet<Backend> Tried { get; } = [];

        public bool IsConnected { get; set; }

        public override string ToString() => Client;
    }
}
