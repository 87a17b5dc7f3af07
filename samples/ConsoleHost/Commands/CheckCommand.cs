// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;

namespace LbEngine.ConsoleHost.Commands;

/// <summary><c>lb check FILE</c>: reads a configuration and starts nothing.</summary>
internal static class CheckCommand
{
    public static int Run(string file)
    {
        LoadBalancerOptionsReadResult result = ConfigurationFile.Read(file);
        if (FileMessages.ReportErrors(file, result))
        {
            return ExitCode.Failure;
        }

        int backends = result.Options.Pools.Values.Sum(pool => pool.Backends.Count);
        string listenerCount = Count(result.Options.Listeners.Count, "listener");
        string poolCount = Count(result.Options.Pools.Count, "pool");
        HostOutput.WriteLine($"{file} is right: {listenerCount}, {poolCount}, {Count(backends, "backend")}");
        foreach ((string name, ListenerOptions listener) in result.Options.Listeners)
        {
            if (EveryAddress.Explain(listener.Bind) is string meaning)
            {
                HostOutput.WriteLine($"{file}: listeners.{name}.bind: {meaning}");
            }
        }

        foreach (string warning in FileMessages.Warnings(file, result.Warnings))
        {
            HostOutput.WriteLine(warning);
        }

        return ExitCode.Success;
    }

    private static string Count(int count, string word) => $"{count} {word}{(count == 1 ? "" : "s")}";
}
