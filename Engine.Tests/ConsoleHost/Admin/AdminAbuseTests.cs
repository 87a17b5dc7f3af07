// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.ConsoleHost.Admin;

/// <summary>Clients of the admin interface that mean no good, or are broken.</summary>
public class AdminAbuseTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    [Theory]
    [InlineData("GET /v1/status HTTP/1.1\r\nHost: l")]
    [InlineData("POST /v1/reload HTTP/1.1\r\nHost: l\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")]
    [InlineData("")]
    public async Task Client_ThatStopsInTheMiddle_IsSentAway(string beginning)
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        using Socket slow = await stage.ConnectAsync();
        await slow.SendAsync(Encoding.ASCII.GetBytes(beginning));

        string answer = await ReadToEndAsync(slow);

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal), answer);
    }

    [Theory]
    [InlineData("GET /v1/status\0 HTTP/1.1\r\nHost: l\r\n\r\n", "400")]
    [InlineData("GET /v1/%00status HTTP/1.1\r\nHost: l\r\n\r\n", "400")]
    [InlineData("GET http://other/v1/nothing HTTP/1.1\r\nHost: l\r\n\r\n", "400")]
    [InlineData("NONSENSE\r\n\r\n", "400")]
    [InlineData("GET /../../etc/passwd HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("GET //v1//status HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("POST /v1/reload HTTP/1.1\r\nHost: l\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400", "409", "422")]
    public async Task Request_WithTricks_IsRefused(string request, params string[] statuses)
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        using Socket client = await stage.ConnectAsync();
        await client.SendAsync(Encoding.ASCII.GetBytes(request));

        string answer = await ReadToEndAsync(client);

        Assert.Contains(answer.Split(' ')[1], statuses);
    }

    [Fact]
    public async Task Header_Endless_IsRefusedWith431()
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        using Socket client = await stage.ConnectAsync();
        await client.SendAsync(Encoding.ASCII.GetBytes($"GET /v1/status HTTP/1.1\r\nHost: l\r\nX: {new string('x', 40_000)}"));

        string answer = await ReadToEndAsync(client);

        Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SlowClients_EveryPlaceTaken_DataGoesOnAndTheOperatorIsBackSoon()
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        (Peer client, Peer backend) = await stage.ConnectClientAsync();
        var crowd = new List<Socket>();
        for (int i = 0; i < 200; i++)
        {
            crowd.Add(await stage.ConnectAsync());
            await TrySendAsync(crowd[^1], "GET /v1/connections HTTP/1.1\r\nHost:");
        }

        await client.SendAsync(100_000);
        await backend.ReceiveAsync(100_000);
        HttpStatusCode status = await SendUntilAnsweredAsync(stage);

        Assert.Equal(HttpStatusCode.OK, status);
        crowd.ForEach(one => one.Dispose());
        client.Dispose();
        backend.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Uploads_ThatDrip_KeepNobodyWaiting(bool loopback)
    {
        await using AdminStage stage = await AdminStage.StartAsync(loopback);
        using var end = new CancellationTokenSource();
        int[] drops = new int[8];
        Task[] drips = [.. drops.Select((_, i) => DripAsync(stage, () => Interlocked.Increment(ref drops[i]), end.Token))];
        await Waiting.UntilAsync(() => Enumerable.Range(0, drops.Length).All(i => Volatile.Read(ref drops[i]) > 2), "every upload drips", Limit);

        HttpStatusCode ready = await AskAsync(stage, HttpMethod.Get, "v1/ready");
        HttpStatusCode status = await AskAsync(stage, HttpMethod.Get, "v1/status");
        HttpStatusCode change = await AskAsync(stage, HttpMethod.Post, "v1/backends/site/a", """{"weight":3}""");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK), (ready, status, change));
        Assert.All(drips, drip => Assert.False(drip.IsCompleted, "An upload ended: it is not known whether it would have held up others."));
        await end.CancelAsync();
        await Task.WhenAll(drips);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connections_200IdleOnesThatAreRenewed_KeepNobodyOut(bool loopback)
    {
        await using AdminStage stage = await AdminStage.StartAsync(loopback);
        using var end = new CancellationTokenSource();
        int renewals = 0;
        Task[] idle = [.. Enumerable.Range(0, 200).Select(_ => RenewAsync(stage, () => Interlocked.Increment(ref renewals), end.Token))];
        var answers = new List<HttpStatusCode>();
        try
        {
            await Waiting.UntilAsync(() => Volatile.Read(ref renewals) > 300, "the idle connections are there, and come again", Limit);
            for (int i = 0; i < 10; i++)
            {
                answers.Add(await AskAsync(stage, HttpMethod.Get, "v1/ready"));
            }
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(idle);
        }

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
    }

    /// <summary>An operator's request, over a connection of its own.</summary>
    private static async Task<HttpStatusCode> AskAsync(AdminStage stage, HttpMethod method, string path, string body = "")
    {
        using Socket socket = await stage.ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"{method} /{path} HTTP/1.1\r\nHost: l\r\nAuthorization: Bearer {AdminStage.Token}\r\nConnection: close\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        string answer = await ReadToEndAsync(socket, Limit);
        return answer.Length > 0 ? (HttpStatusCode)int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) : default;
    }

    /// <summary>Sends a whole configuration so slowly that it takes an hour, and just fast enough for the least speed.</summary>
    private static async Task DripAsync(AdminStage stage, Action dripped, CancellationToken end)
    {
        using Socket socket = await stage.ConnectAsync();
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"POST /v1/diff HTTP/1.1\r\nHost: l\r\nAuthorization: Bearer {AdminStage.Token}\r\n"
                + "Content-Type: application/yaml\r\nContent-Length: 1000000\r\n\r\n"));
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (await timer.WaitForNextTickAsync(end))
            {
                await socket.SendAsync("########################################"u8.ToArray(), end);
                dripped();
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // It was sent away, or the test is over.
        }
    }

    /// <summary>Connects, says nothing, and comes again whenever it is sent away.</summary>
    private static async Task RenewAsync(AdminStage stage, Action renewed, CancellationToken end)
    {
        byte[] buffer = new byte[16];
        while (!end.IsCancellationRequested)
        {
            try
            {
                using Socket socket = await stage.ConnectAsync();
                renewed();
                await socket.ReceiveAsync(buffer, end);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // Reset instead of closed, or the test is over.
            }
        }
    }

    private static async Task<HttpStatusCode> SendUntilAnsweredAsync(AdminStage stage)
    {
        HttpStatusCode status = default;
        using var deadline = new CancellationTokenSource(Limit);
        while (status == default)
        {
            deadline.Token.ThrowIfCancellationRequested();
            try
            {
                (status, JsonElement _) = await stage.SendAsync(HttpMethod.Get, "v1/status");
            }
            catch (HttpRequestException)
            {
                // Every place is taken until the slow ones are sent away.
            }
        }

        return status;
    }

    private static async Task TrySendAsync(Socket socket, string text)
    {
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(text));
        }
        catch (SocketException)
        {
            // There are places for some only; the others are sent away at once.
        }
    }

    private static Task<string> ReadToEndAsync(Socket socket, TimeSpan? limit = null) => Waiting.ForAsync(
        async token =>
        {
            var text = new StringBuilder();
            byte[] buffer = new byte[4096];
            try
            {
                for (int count = 1; count > 0;)
                {
                    count = await socket.ReceiveAsync(buffer, token);
                    text.Append(Encoding.ASCII.GetString(buffer, 0, count));
                }
            }
            catch (SocketException)
            {
                // A reset ends the answer too.
            }

            return text.ToString();
        },
        "the admin interface to close the connection",
        limit ?? Limit);
}
