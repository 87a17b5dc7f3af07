// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Transport.Sockets;

/// <summary>Gives every wait a limit and a name.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task<T> For<T>(string what, Task<T> task)
    {
        await For(what, (Task)task);
        return await task;
    }

    public static async Task For(string what, Task task)
    {
        try
        {
            await task.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Waited {Limit.TotalSeconds} s for {what}.");
        }
    }
}
