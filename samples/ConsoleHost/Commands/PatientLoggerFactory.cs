// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>Loggers whose end waits a moment for whoever reads the log, and no longer.</summary>
internal sealed class PatientLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    /// <summary>The console's logger itself would wait three times as long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    public ILogger CreateLogger(string categoryName) => inner.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
        // Left behind when nobody reads: it does not hold up the end of the process.
        var end = new Thread(inner.Dispose) { IsBackground = true, Name = "lb log end" };
        end.Start();
        _ = end.Join(Patience);
    }
}
