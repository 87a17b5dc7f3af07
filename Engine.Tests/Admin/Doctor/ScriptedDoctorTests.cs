// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.Admin.Doctor;

/// <summary>Backends that no web server would be: slow, resetting, silent, over UDP.</summary>
[Collection(EndToEndGroup.Name)]
[Trait(Quick.Category, Quick.Slow)]
public class ScriptedDoctorTests
{
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    [Fact]
    public async Task Doctor_AnswerAfterTheTimeout_MeasuresIt()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<DoctorRun> running = DoctorRun.AtAsync(listener.LocalEndpoint, "--http", "/", "--timeout", "2s");
        using Socket client = await AcceptAsync(listener);

        // The backend works for longer than the time-out, and for less than the doctor goes on waiting.
        long start = Stopwatch.GetTimestamp();
        await Waiting.UntilAsync(() => Stopwatch.GetElapsedTime(start) > TimeSpan.FromMilliseconds(2200), "the backend has worked for 2.2 s");
        await client.SendAsync(Answer);
        DoctorRun run = await running;

        run.AssertCause("slow-answer", "200 OK after", "the time-out is 2.00 s", "top -b");
    }

    [Fact]
    public async Task Doctor_NoAnswerEver_EndsAndSaysSilent()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        DoctorRun run = await DoctorRun.AtAsync(listener.LocalEndpoint, "--http", "/", "--timeout", "200ms");

        run.AssertCause("silent", "no byte of an answer within", "1 connection of at most", "here: ss -ltnp");
    }

    [Theory]
    [InlineData("--timeout 1s")]
    [InlineData("--timeout 1s --http /")]
    public async Task Doctor_ResetAfterConnect_IsNoRefusal(string options)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<DoctorRun> running = DoctorRun.AtAsync(listener.LocalEndpoint, options.Split(' '));

        // On a thread of its own: a reset that comes late, because other tests keep the pool busy, is another finding.
        Task resetting = Task.Factory.StartNew(
            () => ResetClients(listener, running), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        DoctorRun run = await running;
        await resetting;

        run.AssertCause("reset-after-connect", "was reset");
    }

    private static void ResetClients(TcpListener listener, Task until)
    {
        const int LookEveryMicroseconds = 50_000;
        while (!until.IsCompleted)
        {
            if (listener.Server.Poll(LookEveryMicroseconds, SelectMode.SelectRead))
            {
                using Socket client = listener.AcceptSocket();
                client.LingerState = new LingerOption(true, 0);
            }
        }
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "--expect SSH-2.0 --timeout 5s", "healthy", "answers as expected")]
    [InlineData("220 mail\r\n", "--expect SSH-2.0 --timeout 500ms", "wrong-answer", "it sent '220 mail..'")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "--http / --timeout 5s", "wrong-answer", "begins with 'SSH-2.0-OpenSSH_9.2..'")]
    public async Task Doctor_BackendThatSpeaksFirst_IsHeard(string banner, string options, string cause, string evidence)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<DoctorRun> running = DoctorRun.AtAsync(listener.LocalEndpoint, options.Split(' '));
        using Socket client = await AcceptAsync(listener);
        await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(banner));

        DoctorRun run = await running;

        run.AssertCause(cause, evidence);
    }

    [Theory]
    [InlineData(false, "", "healthy", "it need not answer")]
    [InlineData(false, "--send hi --expect ho", "silent", "2 datagrams of 2 bytes")]
    [InlineData(true, "", "refused", "nothing on this host listens on UDP port")]
    public async Task Doctor_UdpWithoutAnAnswer_IsJudgedByIcmpAndTheSocketTable(bool isClosed, string options, string cause, string evidence)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var endPoint = (IPEndPoint)socket.LocalEndPoint!;
        if (isClosed)
        {
            socket.Dispose();
        }

        DoctorRun run = await DoctorRun.OfAsync(Udp(endPoint), [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--timeout", "300ms"]);

        run.AssertCause(cause, evidence);
    }

    [Theory]
    [InlineData("ho", "healthy")]
    [InlineData("no", "wrong-answer")]
    public async Task Doctor_UdpAnswer_IsHeldAgainstTheExpectedOne(string answer, string cause)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Task<DoctorRun> running = DoctorRun.OfAsync(Udp((IPEndPoint)socket.LocalEndPoint!), "--send", "hi", "--expect", "ho");
        byte[] buffer = new byte[16];
        SocketReceiveFromResult request = await Waiting.ForAsync(
            token => socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), token), "the doctor's datagram", TimeSpan.FromSeconds(30));
        await socket.SendToAsync(System.Text.Encoding.ASCII.GetBytes(answer), request.RemoteEndPoint);

        DoctorRun run = await running;

        run.AssertCause(cause, $"'{answer}'", "1 datagram of 2 bytes");
    }

    private static string Udp(IPEndPoint endPoint) =>
        "listeners: { dns: { bind: \"127.0.0.1:1\", protocol: udp, pool: site } }\n"
        + $"pools: {{ site: {{ backends: {{ a: {{ address: \"{endPoint}\" }} }} }} }}";

    private static Task<Socket> AcceptAsync(TcpListener listener) =>
        Waiting.ForAsync(token => listener.AcceptSocketAsync(token), "the doctor to connect", TimeSpan.FromSeconds(30));
}
