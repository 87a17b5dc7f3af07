// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Admin;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.ConsoleHost.Control;
using LbEngine.ConsoleHost.Systemd;
using LbEngine.Files;
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost.Commands;

/// <summary><c>lb run FILE</c>: balances as a configuration says.</summary>
internal static class RunCommand
{
    public static async Task<int> RunAsync(RunSettings settings, HostSignals signals)
    {
        // Before it is read: an edit from here on is not to be missed.
        FileStamp stamp = FileStamp.Read(settings.File);
        LoadBalancerOptionsReadResult result = ConfigurationFile.Read(settings.File);
        if (FileMessages.ReportErrors(settings.File, result))
        {
            return ExitCode.Failure;
        }

        foreach (string warning in FileMessages.Warnings(settings.File, result.Warnings))
        {
            HostOutput.WriteError(warning);
        }

        using ILoggerFactory loggers = HostLogging.Create(settings.LogLevel, settings.LogFormat);
        ILogger logger = loggers.CreateLogger("lb");
        LoadBalancerBuilder builder = new LoadBalancerBuilder().Configure(result.Options).UseLoggerFactory(loggers);
        if (settings.StateFile is string stateFile)
        {
            builder.UseStateFile(stateFile);
        }

        AdminSettings? admin = AdminSettings.From(result.GetSection(LbSections.Admin));
        builder.UseInheritedSockets(ActivationSockets.Read());
        if (settings.TakesOver && admin?.Address.SocketFile is string socketFile)
        {
            builder.UsePredecessor(BalancerControl.HandOverPath(socketFile));
        }

        if (TryBuild(builder, settings.File) is not LoadBalancer balancer)
        {
            return ExitCode.Failure;
        }

        await using LoadBalancer owned = balancer;
        ServiceNotifier notifier = ServiceNotifier.FromEnvironment(TimeProvider.System);
        var reloader = new Reloader(settings.File, stamp, result.GetSection(LbSections.Admin), balancer, notifier, TimeProvider.System, logger);
        await using var control = new BalancerControl(balancer, admin, reloader, settings.Watch ? stamp : null, notifier, logger)
        {
            TakesOver = settings.TakesOver,
        };
        signals.OnHangUp(control.HangUp);
        return await EngineRun.RunAsync(balancer, control, signals);
    }

    /// <summary>Null when this machine cannot hold what the file says, or the file that was named for the state is something else.</summary>
    private static LoadBalancer? TryBuild(LoadBalancerBuilder builder, string file)
    {
        try
        {
            return builder.Build();
        }
        catch (LoadBalancerConfigurationException exception)
        {
            // The file is right, and this machine cannot hold it.
            foreach (string error in FileMessages.Errors(file, exception.Errors))
            {
                HostOutput.WriteError(error);
            }
        }
        catch (RefusedFileException exception)
        {
            HostOutput.WriteError($"--state {exception.Message}");
        }

        return null;
    }
}
