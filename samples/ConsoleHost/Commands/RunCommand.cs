// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost.Commands;

/// <summary><c>lb run FILE</c>: balances as a configuration says.</summary>
internal static class RunCommand
{
    public static async Task<int> RunAsync(string file, LogLevel logLevel)
    {
        LoadBalancerOptionsReadResult result = ConfigurationFile.Read(file);
        if (FileMessages.ReportErrors(file, result))
        {
            return ExitCode.Failure;
        }

        foreach (string warning in FileMessages.Warnings(file, result))
        {
            HostOutput.WriteError(warning);
        }

        using ILoggerFactory loggers = HostLogging.Create(logLevel);
        await using LoadBalancer balancer = new LoadBalancerBuilder().Configure(result.Options).UseLoggerFactory(loggers).Build();
        return await EngineRun.RunAsync(balancer);
    }
}
