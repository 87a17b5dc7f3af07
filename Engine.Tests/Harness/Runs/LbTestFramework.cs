// SPDX-License-Identifier: MIT
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("LbEngine.Tests.Harness.Runs.LbTestFramework", "LbEngine.Tests")]

namespace LbEngine.Tests.Harness.Runs;

/// <summary>xunit, which also marks quick tests and says how far it has come. Public because xunit looks for it by name.</summary>
public sealed class LbTestFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    /// <inheritdoc/>
    /// <remarks>What a discoverer says, of theories that show as one test, is of no use to whoever waits for a run.</remarks>
    protected override ITestFrameworkDiscoverer CreateDiscoverer(IAssemblyInfo assemblyInfo) =>
        new MarkingDiscoverer(assemblyInfo, SourceInformationProvider, new NullMessageSink());

    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new ReportingExecutor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);
}
