// SPDX-License-Identifier: MIT
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace LbEngine.Tests.Harness.Runs;

/// <summary>Runs tests as xunit does, and says meanwhile how far it has come.</summary>
internal sealed class ReportingExecutor(AssemblyName assembly, ISourceInformationProvider sources, IMessageSink messages)
    : XunitTestFrameworkExecutor(assembly, sources, messages)
{
    protected override void RunTestCases(
        IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions)
    {
        IXunitTestCase[] cases = [.. testCases];
        var progress = new RunProgress(cases.Length, TimeProvider.System);
        Say(progress.Begin());
        base.RunTestCases(cases, new ReportingSink(executionMessageSink, progress, Say), executionOptions);

        void Say(string? line)
        {
            if (line is not null)
            {
                _ = DiagnosticMessageSink.OnMessage(new DiagnosticMessage(line));
            }
        }
    }

    private sealed class ReportingSink(IMessageSink inner, RunProgress progress, Action<string?> say) : LongLivedMarshalByRefObject, IMessageSink
    {
        public bool OnMessage(IMessageSinkMessage message)
        {
            if (message is ITestCaseFinished)
            {
                say(progress.Finish());
            }

            return inner.OnMessage(message);
        }
    }
}
