// SPDX-License-Identifier: MIT
using LbEngine.Admin.Messages;
using LbEngine.ConsoleHost.Admin;

namespace LbEngine.ConsoleHost.Client;

/// <summary>Names of backends for the shell, from the balancer that runs at the usual place; none when none answers soon.</summary>
internal static class BackendCompletion
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static IEnumerable<string> Find()
    {
        using var deadline = new CancellationTokenSource(Patience);
        AdminAddress address = AdminAddress.TryParse(AdminOptionSet.DefaultAddress) ?? AdminAddress.Default;
        try
        {
            using var client = new AdminClient(address, AdminOptionSet.ReadToken());

            // The shell waits for this answer, and the parser has no other way to ask.
            byte[] reply = client.SendAsync(HttpMethod.Get, "v1/backends", null, deadline.Token).GetAwaiter().GetResult();
            return [.. AdminAction.Read(reply, AdminJson.Default.BackendListMessage).Backends.Select(one => $"{one.Pool}/{one.Name}").Where(IsPlain)];
        }
        catch (Exception exception) when (exception is AdminClientException or OperationCanceledException)
        {
            return [];
        }
    }

    /// <summary>The shell gets these words as they are.</summary>
    private static bool IsPlain(string name) => BackendName.TryParse(name) is not null && name.All(letter => letter is > ' ' and <= '~');
}
