// SPDX-License-Identifier: MIT
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LbEngine.Benchmarks.Commands;
using LbEngine.Benchmarks.Measuring;
using LbEngine.Benchmarks.Udp;
using LbEngine.Benchmarks.Versus.Tools;

namespace LbEngine.Benchmarks.Versus.Contenders;

/// <summary>All contenders and the backends behind them, running. Its end ends all of them and removes their files.</summary>
internal sealed class Ring : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("lb-versus-");
    private readonly List<ProcessTree> _processes = [];
    private readonly Dictionary<Contender, ProcessTree> _running = [];

    /// <summary>Starts everything and waits until it listens.</summary>
    public Ring(VersusPlan plan, Toolbox tools)
    {
        Plan = plan;
        Tools = tools;
        var ports = new FreePorts();
        Backends = EntrancePorts.Take(ports);
        try
        {
            Contenders = Define(ports);
            StartBackends();
            foreach (Contender contender in Contenders)
            {
                File.WriteAllText(contender.ConfigurationFile, contender.Configuration);
                _running[contender] = Start(plan.BalancerCore, contender.Program, contender.Arguments);
            }

            foreach (Contender contender in Contenders)
            {
                WaitUntilListening(contender.Name, _running[contender], contender.Entrances);
            }

            StartFeeder([.. Contenders.Where(static one => one.IsBalancer).Select(static one => one.Ports)]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public VersusPlan Plan { get; }

    public Toolbox Tools { get; }

    public EntrancePorts Backends { get; }

    public IReadOnlyList<Contender> Contenders { get; }

    public string OriginConfiguration => PeerConfigurations.Origin(Backends, _directory.FullName);

    public ProcessTree this[Contender contender] => _running[contender];

    public void Dispose()
    {
        foreach (ProcessTree process in Enumerable.Reverse(_processes))
        {
            process.Dispose();
        }

        _processes.Clear();
        if (_directory.Exists)
        {
            _directory.Delete(recursive: true);
        }
    }

    private Contender[] Define(FreePorts ports)
    {
        string directory = _directory.FullName;
        return
        [
            DefineHaProxy(Contender.HaProxy, tuned: false),
            DefineHaProxy(Contender.HaProxyTuned, tuned: true),
            DefineNginx(Contender.Nginx, tuned: false),
            DefineNginx(Contender.NginxTuned, tuned: true),
            DefineOwn(Contender.Linux, ContenderRole.Own, "linux", "lb-linux.yaml", "dotnet", Plan.ConsoleHost),
            .. Plan.NativeHost is string native ? new[] { DefineOwn(Contender.Native, ContenderRole.OwnNative, "linux", "lb-native.yaml", native) } : [],
            DefineOwn(Contender.Sockets, ContenderRole.OwnPortable, "sockets", "lb-sockets.yaml", "dotnet", Plan.ConsoleHost),
            .. Tools.Compiler is string compiler ? new[] { BareRelay.Define(compiler, directory, EntrancePorts.Take(ports), Backends) } : [],
        ];

        Contender DefineHaProxy(string name, bool tuned)
        {
            EntrancePorts own = EntrancePorts.Take(ports);
            string file = Path.Combine(directory, tuned ? "haproxy-tuned.cfg" : "haproxy.cfg");
            string configuration = PeerConfigurations.HaProxy(own, Backends, tuned);
            return new Contender(name, ContenderRole.Peer, own, false, Tools["haproxy"], ["-db", "-f", file], file, configuration);
        }

        Contender DefineNginx(string name, bool tuned)
        {
            EntrancePorts own = EntrancePorts.Take(ports);
            string home = Directory.CreateDirectory(Path.Combine(directory, tuned ? "nginx-tuned" : "nginx")).FullName;
            string file = Path.Combine(home, "nginx.conf");
            string[] arguments = ["-c", file, "-e", Path.Combine(home, "start.log")];
            string configuration = PeerConfigurations.Nginx(own, Backends, tuned, Tools.StreamModule!, home);
            return new Contender(name, ContenderRole.Peer, own, true, Tools["nginx"], arguments, file, configuration);
        }

        Contender DefineOwn(string name, ContenderRole role, string transport, string document, string program, params string[] host)
        {
            EntrancePorts own = EntrancePorts.Take(ports);
            string file = Path.Combine(directory, document);
            string[] arguments = [.. host, "run", file, "--log-level", "warning"];
            string configuration = PeerConfigurations.LbEngine(own, Backends, transport);
            return new Contender(name, role, own, true, program, arguments, file, configuration);
        }
    }

    private void StartBackends()
    {
        string origin = Path.Combine(_directory.FullName, "origin.conf");
        File.WriteAllText(origin, OriginConfiguration);
        File.WriteAllText(Path.Combine(_directory.FullName, "origin.pem"), CreateCertificate());
        string cores = Plan.LoadCores;
        ProcessTree web = Start(cores, Tools["nginx"], ["-c", origin, "-e", Path.Combine(_directory.FullName, "origin-start.log")]);
        ProcessTree bulk = Start(cores, Tools["iperf3"], ["-s", "-B", "127.0.0.1", "-p", $"{Backends.Bulk}"]);
        ProcessTree ping = Start(cores, Tools["sockperf"], ["server", "--tcp", "-i", "127.0.0.1", "-p", $"{Backends.Ping}"]);
        string[] echo = [typeof(Ring).Assembly.Location, UdpEchoCommand.Name, "--port", $"{Backends.Datagrams},{Backends.SecondDatagrams}"];
        ProcessTree datagrams = Start(cores, "dotnet", echo);
        WaitUntilListening("the HTTP backend", web, Backends.Web, Backends.SecondWeb, Backends.ProxyOut, Backends.Named);
        WaitUntilListening("iperf3", bulk, Backends.Bulk);
        WaitUntilListening("sockperf", ping, Backends.Ping);
        WaitUntilListening("the UDP backend", datagrams, Backends.Datagrams, Backends.SecondDatagrams);
    }

    private void StartFeeder(EntrancePorts[] balancers)
    {
        string file = Path.Combine(_directory.FullName, "feeder.cfg");
        File.WriteAllText(file, PeerConfigurations.Feeder(balancers));
        WaitUntilListening("the feeder", Start(Plan.LoadCores, Tools["haproxy"], ["-db", "-f", file]), [.. balancers.Select(static own => own.Feeder)]);
    }

    /// <summary>Signed by itself, with its key: what a backend needs that nobody checks.</summary>
    private static string CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    private ProcessTree Start(string cores, string program, IEnumerable<string> arguments)
    {
        ProcessTree process = ProcessTree.Start(cores, program, arguments);
        _processes.Add(process);
        return process;
    }

    private static void WaitUntilListening(string name, ProcessTree process, params int[] ports)
    {
        DateTime end = DateTime.UtcNow + Limit;
        while (true)
        {
            IPGlobalProperties all = IPGlobalProperties.GetIPGlobalProperties();
            HashSet<int> listening = [.. all.GetActiveTcpListeners().Concat(all.GetActiveUdpListeners()).Select(endPoint => endPoint.Port)];
            if (ports.All(listening.Contains))
            {
                return;
            }

            if (process.HasExited || DateTime.UtcNow > end)
            {
                throw new CannotRunException($"{name} does not listen on {string.Join(", ", ports)}. It said: {process.ReadOutput()}");
            }

            Thread.Sleep(50);
        }
    }
}
