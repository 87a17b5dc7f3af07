// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Observability;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Model;

/// <summary>A whole engine in memory under a clock that the schedule moves: clients, backends, the operator and reloads do anything at any time.</summary>
internal sealed class EngineModel
{
    private const string Web = "192.0.2.1:80";
    private const string Extra = "192.0.2.1:81";
    private const string Dns = "192.0.2.1:53";
    private const int Backends = 3;
    private const int MostClients = 16;

    private readonly ManualTimeProvider _time = new();
    private readonly MemoryNetwork _network;
    private readonly MemoryBackend[] _backends;
    private readonly MemoryDatagramBackend[] _datagramBackends;
    private readonly LoadBalancer _balancer;
    private readonly List<MemoryClient> _clients = [];
    private readonly HashSet<MemoryConnection> _finished = [];
    private readonly HashSet<MemoryConnection> _over = [];
    private readonly MemoryDatagramClient[] _askers;
    private readonly List<string> _done = [];
    private readonly EngineBooks _books;
    private LoadBalancerOptions _options;

    private EngineModel(int setup)
    {
        _network = new MemoryNetwork(_time);
        _backends = [.. Enumerable.Range(1, Backends).Select(number => _network.AddBackend($"10.0.0.{number}:80"))];
        _datagramBackends = [.. Enumerable.Range(1, Backends).Select(number => _network.AddDatagramBackend($"10.0.0.{number}:80"))];
        _askers = [.. Enumerable.Range(0, 6).Select(number => _network.AddDatagramClient($"198.51.100.{number % 3}", Dns))];
        _options = Create(setup);
        _balancer = new LoadBalancerBuilder()
            .UseMemoryNetwork(_network)
            .AddScheduler("least-loaded", set => new LeastLoadedScheduler(set))
            .Configure(_options)
            .Build();
        _books = new EngineBooks(_balancer, hasAffinity: _options.Pools["site"].Affinity is not null);
        _done.Add($"setup {setup}");
    }

    public static void Run(ModelSchedule schedule)
    {
        var model = new EngineModel(schedule.Setup);
        try
        {
            Wait(model._balancer.StartAsync());
            foreach (int step in schedule.Steps)
            {
                model.Do(ModelStep.Read(step));
                model._books.AssertRight(model._options, model._clients, model._over);
            }

            Wait(model._balancer.DisposeAsync().AsTask());
            model._books.AssertNothingIsHeld(model._time);
        }
        catch (Exception exception)
        {
            throw new ModelFailedException(exception.Message, model._done, exception);
        }
    }

    private static void Wait(Task task) => Assert.True(task.Wait(Waiting.DefaultLimit), "The engine did not come to an end of it.");

    private static LoadBalancerOptions Create(int setup)
    {
        var options = new LoadBalancerOptions { MaxConnections = (setup & 1) != 0 ? 6 : 64 };
        var site = new BackendPoolOptions
        {
            Scheduler = "least-loaded",
            ConnectAttempts = 1 + ((setup >> 1) % 3),
            Passive = (setup & 8) != 0 ? new PassiveHealthOptions { Failures = 2 } : null,
            Affinity = (setup & 16) != 0 ? new AffinityOptions { Timeout = TimeSpan.FromSeconds(30), MaxEntries = 64 } : null,
            OnDown = (setup & 32) != 0 ? DownBehaviour.Reset : DownBehaviour.Keep,
        };
        for (int i = 1; i <= Backends; i++)
        {
            site.Backends.Add($"b{i}", new BackendOptions { Address = $"10.0.0.{i}:80", MaxConnections = (setup & 64) != 0 ? i : 0 });
        }

        options.Pools.Add("site", site);
        options.Listeners.Add("web", new ListenerOptions
        {
            Bind = Web,
            Pool = "site",
            MaxConnections = (setup & 128) != 0 ? 4 : 0,
            MaxConnectionsPerClient = (setup & 256) != 0 ? 2 : 0,
            WhenFull = (setup & 512) != 0 ? FullBehaviour.Refuse : FullBehaviour.Hold,
        });
        options.Listeners.Add("dns", new ListenerOptions
        {
            Bind = Dns,
            Pool = "site",
            Protocol = ListenerProtocol.Udp,
            MaxConnections = (setup & 1024) != 0 ? 3 : 0,
            MaxConnectionsPerClient = (setup & 2048) != 0 ? 1 : 0,
            Requests = (setup & 4096) != 0 ? 1 + ((setup >> 14) % 2) : null,
            Responses = (setup & 8192) != 0 ? 1 : null,
        });
        options.Drain = new DrainOptions { Timeout = TimeSpan.FromSeconds(20), Spread = TimeSpan.FromSeconds(2) };
        return options;
    }

    private void Do(ModelStep step)
    {
        MemoryClient? client = _clients.Count == 0 ? null : _clients[step.First % _clients.Count];
        MemoryConnection[] ends = [.. _backends[step.First % Backends].Connections];
        MemoryConnection? end = ends.Length == 0 ? null : ends[step.Second % ends.Length];
        switch (step.Action % 24)
        {
            case 0 or 1 or 2 or 3 or 4:
                Connect($"198.51.100.{step.First % 3}", step.OfSecond(Web, Web, Web, Extra));
                break;
            case 5 when client is not null && !_finished.Contains(client):
                Note($"{client.LocalEndPoint} sends", () => client.Send(new byte[1 + step.Second]));
                break;
            case 6 when client is not null:
                Finish(client);
                break;
            case 7 when client is not null:
                Reset(client);
                break;
            case 8 when end is not null:
                Finish(end);
                break;
            case 9 when end is not null:
                Reset(end);
                break;
            case 10 or 11:
                ChangeBackend(_backends[step.First % Backends], step);
                break;
            case 12:
                ChangeBackend(_datagramBackends[step.First % Backends], step);
                break;
            case 13 or 14 or 15:
                MemoryDatagramClient asker = _askers[step.First % _askers.Length];
                Note($"{asker.LocalEndPoint} asks", () => asker.Send(new byte[step.Second]));
                break;
            case 16:
                SetState(step);
                break;
            case 17:
                SetWeight(step);
                break;
            case 18 or 19:
                Reload(step);
                break;
            case 20:
                Kill(step);
                break;
            default:
                TimeSpan time = TimeSpan.FromMilliseconds(step.OfFirst(1, 7, 100, 2500, 30_000, 1_000_000) * (long)(1 + (step.Second % 4)));
                Note($"{time} pass", () => _time.Advance(time));
                break;
        }
    }

    private void Note(string what, Action action)
    {
        _done.Add(what);
        action();
    }

    private void Finish(MemoryConnection end)
    {
        if (_finished.Add(end))
        {
            Note($"{end.LocalEndPoint} finishes with {end.RemoteEndPoint}", end.Finish);
        }
    }

    private void Reset(MemoryConnection end)
    {
        _finished.Add(end);
        if (_over.Add(end))
        {
            Note($"{end.LocalEndPoint} resets {end.RemoteEndPoint}", end.Reset);
        }
    }

    private void Connect(string from, string to)
    {
        if (_clients.Count < MostClients)
        {
            MemoryClient client = _network.Connect(from, to);
            _done.Add($"{client.LocalEndPoint} connects to {to}");
            _clients.Add(client);
        }
    }

    private void ChangeBackend(MemoryBackend backend, ModelStep step)
    {
        string what = step.OfSecond("accepts", "refuses", "is silent to connects", "is unreachable", "echoes", "says nothing");
        Note($"{backend.EndPoint} {what}", () => _ = what switch
        {
            "refuses" => backend.Refuse(),
            "is silent to connects" => backend.Blackhole(),
            "is unreachable" => backend.Unreachable(),
            "echoes" => backend.Accept().Echo(),
            "says nothing" => backend.Accept().Silent(),
            _ => backend.Accept(),
        });
    }

    private void ChangeBackend(MemoryDatagramBackend backend, ModelStep step)
    {
        string what = step.OfSecond("echoes", "is silent", "refuses");
        Note($"{backend.EndPoint} over UDP {what}", () => _ = what switch
        {
            "refuses" => backend.Refuse(),
            "is silent" => backend.Silent(),
            _ => backend.Echo(),
        });
    }

    private void SetState(ModelStep step)
    {
        OperatorState state = step.OfSecond(OperatorState.Ready, OperatorState.Draining, OperatorState.Maintenance);
        if (NameOf(step) is not string name)
        {
            return;
        }

        _done.Add($"{name} is {state}");
        if (state == OperatorState.Draining && step.Second % 2 == 0)
        {
            // Whoever waits for its end waits for the clock.
            _ = _balancer.DrainBackendAsync("site", name, TimeSpan.FromSeconds(5)).ContinueWith(static drain => drain.Exception, TaskScheduler.Default);
        }
        else
        {
            Wait(_balancer.SetBackendStateAsync("site", name, state));
        }
    }

    private void SetWeight(ModelStep step)
    {
        if (NameOf(step) is string name)
        {
            int? weight = step.OfSecond<int?>(0, 1, 5, null);
            Note($"{name} has weight {weight}", () => Wait(_balancer.SetBackendWeightAsync("site", name, weight)));
        }
    }

    private string? NameOf(ModelStep step)
    {
        string name = $"b{1 + (step.First % Backends)}";
        return _options.Pools["site"].Backends.ContainsKey(name) ? name : null;
    }

    private void Kill(ModelStep step)
    {
        ConnectionStatus[] rows = [.. _balancer.GetConnections()];
        if (rows.Length > 0)
        {
            ConnectionStatus row = rows[step.First % rows.Length];
            Note($"{row.Client} is killed", () => Wait(_balancer.CloseConnectionAsync(row.Id)));
        }
    }

    private void Reload(ModelStep step)
    {
        LoadBalancerOptions next = _balancer.GetConfiguration();
        IDictionary<string, BackendOptions> backends = next.Pools["site"].Backends;
        string what = step.OfFirst("limit", "client limit", "dns limit", "listener", "dns", "backend", "address", "backend limit", "nothing");
        switch (what)
        {
            case "limit" when next.Listeners.TryGetValue("web", out ListenerOptions? web):
                web.MaxConnections = step.OfSecond(0, 1, 3);
                break;
            case "client limit" when next.Listeners.TryGetValue("web", out ListenerOptions? web):
                web.MaxConnectionsPerClient = step.OfSecond(0, 1, 2);
                break;
            case "dns limit" when next.Listeners.TryGetValue("dns", out ListenerOptions? dns):
                dns.MaxConnections = step.OfSecond(0, 1, 3);
                break;
            case "listener" when !next.Listeners.Remove("extra"):
                next.Listeners.Add("extra", new ListenerOptions { Bind = Extra, Pool = "site" });
                break;
            case "dns" when !next.Listeners.Remove("dns"):
                next.Listeners.Add("dns", new ListenerOptions { Bind = Dns, Pool = "site", Protocol = ListenerProtocol.Udp });
                break;
            case "backend" when !backends.Remove("b3"):
                backends.Add("b3", new BackendOptions { Address = "10.0.0.3:80" });
                break;
            case "address":
                backends["b2"].Address = backends["b2"].Address == "10.0.0.2:80" ? "10.0.0.9:80" : "10.0.0.2:80";
                break;
            case "backend limit":
                backends["b1"].MaxConnections = step.OfSecond(0, 1, 2);
                break;
        }

        _done.Add($"a reload of {what} ({step.Second})");
        Wait(_balancer.ApplyAsync(next, force: true));
        _books.AfterReload();
        _options = next;
    }
}
