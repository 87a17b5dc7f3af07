// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;

namespace LbEngine.Tests.Admin.Doctor;

/// <summary>A real web server: one process of nginx, so that stopping it by id stops all of it.</summary>
internal sealed class NginxServer : IDisposable
{
    public const string Program = NginxBalancer.Program;

    private readonly TemporaryDirectory _directory;
    private readonly string[] _command;
    private readonly List<Socket> _fillers = [];

    private NginxServer(TemporaryDirectory directory, string[] command, IPEndPoint endPoint)
    {
        _directory = directory;
        _command = command;
        Process = ChildProcess.Start(command[0], command[1..]);
        EndPoint = endPoint;
    }

    public ChildProcess Process { get; private set; }

    /// <summary>Its directory, for files of the test's.</summary>
    public string Root => _directory.Path;

    public IPEndPoint EndPoint { get; }

    /// <summary>Starts it and waits until it takes connections.</summary>
    /// <param name="settings">What stands in its <c>server</c> besides the address.</param>
    /// <param name="listen">What stands behind the address.</param>
    /// <param name="network">Where it runs; null for here.</param>
    /// <param name="certificate">Its certificate and key, in PEM.</param>
    public static async Task<NginxServer> StartAsync(string settings, string listen = "", NetworkNamespace? network = null, string? certificate = null)
    {
        var directory = new TemporaryDirectory();
        IPEndPoint endPoint = network is null ? FreePort.Find(IPAddress.Loopback) : new IPEndPoint(network.Inside, 8080);
        if (certificate is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(directory.Path, "server.pem"), certificate);
            settings += " ssl_certificate server.pem; ssl_certificate_key server.pem;";
        }

        string file = Path.Combine(directory.Path, "nginx.conf");
        await File.WriteAllTextAsync(file, $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr error;
            events { }
            http {
              access_log off;
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              server { listen {{endPoint}} {{listen}}; {{settings}} }
            }
            """);
        string[] command = [.. network?.Launcher ?? [], Program, "-e", "stderr", "-p", directory.Path, "-c", file];
        var server = new NginxServer(directory, command, endPoint);
        try
        {
            await server.Process.WaitWhileAliveAsync(server.TakesConnections, $"nginx takes connections at {endPoint}");
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Stops it by SIGSTOP and connects until its kernel takes no more.</summary>
    public async Task PauseAndFillAsync()
    {
        Process.Signal("STOP");
        for (int i = 0; i < 20; i++)
        {
            var filler = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _fillers.Add(filler);
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            try
            {
                await filler.ConnectAsync(EndPoint, limit.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        throw new InvalidOperationException("20 connections did not fill a backlog of 1.");
    }

    /// <summary>Starts it once more, at the same address. It must have ended.</summary>
    public void StartAgain()
    {
        Process.Dispose();
        Process = ChildProcess.Start(_command[0], _command[1..]);
    }

    public void Dispose()
    {
        foreach (Socket filler in _fillers)
        {
            filler.Dispose();
        }

        Process.Dispose();
        _directory.Dispose();
    }

    private bool TakesConnections()
    {
        using var socket = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(EndPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
