// SPDX-License-Identifier: MIT
using System.Text.Json;
using LbEngine.Admin.Messages;
using LbEngine.ConsoleHost.Commands;
using LbEngine.ConsoleHost.Tables;

namespace LbEngine.ConsoleHost.Client;

/// <summary>
/// Waits until a backend that drains holds nothing any more: neither where it is now, nor where it was before a reload, nor in the process that the one
/// that answers has taken over from.
/// </summary>
/// <param name="client">Where the balancer is, or the one that follows it.</param>
/// <param name="name">The backend.</param>
internal sealed class DrainWait(AdminClient client, BackendName name)
{
    private const string Ready = "ready";
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private bool _isOver; // it does not drain any more

    /// <summary>What was known last, as a reply: this backend alone.</summary>
    public byte[] Reply { get; private set; } = JsonSerializer.SerializeToUtf8Bytes(new BackendListMessage([]), AdminJson.Default.BackendListMessage);

    /// <summary>Why the wait is over before everything has ended; empty when it has.</summary>
    public string Rest { get; private set; } = "";

    /// <summary>Looks at least once, then again and again.</summary>
    /// <returns>False when something is left, or may be; <see cref="Rest"/> says what.</returns>
    public async Task<bool> RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await LookAsync(cancellationToken))
        {
            if (_isOver || TimeProvider.System.GetElapsedTime(start) >= time)
            {
                return false;
            }

            await Task.Delay(LookEvery, cancellationToken);
        }

        return true;
    }

    /// <summary>True when nothing is left.</summary>
    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        BackendListMessage list;
        try
        {
            byte[] pool = await client.SendAsync(HttpMethod.Get, $"v1/backends?pool={Uri.EscapeDataString(name.Pool)}", null, cancellationToken);
            list = AdminAction.Read(pool, AdminJson.Default.BackendListMessage);
        }
        catch (AdminClientException exception) when (exception.ExitCode == ExitCode.Unreachable)
        {
            // Another one may take its place this moment.
            Rest = $"it is not known what {name} holds: {exception.Message}";
            return false;
        }

        BackendMessage[] own = [.. list.Backends.Where(one => one.Pool == name.Pool && one.Name == name.Backend)];
        Reply = JsonSerializer.SerializeToUtf8Bytes(list with { Backends = own, Names = null }, AdminJson.Default.BackendListMessage);
        Rest = Describe(own, list.PredecessorRuns);
        return Rest.Length == 0;
    }

    private string Describe(BackendMessage[] own, bool predecessorRuns)
    {
        _isOver = own.Any(static one => one.State == Ready);
        int left = own.Sum(static one => one.ActiveConnections);
        return _isOver
            ? $"{name} is {Ready} again: somebody has set it, or a balancer has started that does not know of the drain (lb run --state FILE keeps it)"
            : left > 0 ? $"{name} still holds {Counted.Of(left, "connection")}"
            : predecessorRuns ? $"the balancer that was replaced still drains, and may hold connections of {name}"
            : "";
    }
}
