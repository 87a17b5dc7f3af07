// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.ConsoleHost.Tables;

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
        string listenerCount = Counted.Of(result.Options.Listeners.Count, "listener");
        string poolCount = Counted.Of(result.Options.Pools.Count, "pool");
        HostOutput.WriteLine($"{file} is right: {listenerCount}, {poolCount}, {Counted.Of(backends, "backend")}");
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
}
