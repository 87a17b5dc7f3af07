// SPDX-License-Identifier: MIT
using LbEngine.Tests.Harness.Runs;

namespace LbEngine.Tests.Model;

/// <summary>
/// Random schedules of arrivals, failures, retries, reloads, limits, drains and steps of the clock against plain models: faults of policy show in
/// milliseconds.
/// </summary>
[Trait(Quick.Category, Quick.Slow)]
public class ModelTests
{
    [Fact]
    public void Engine_AnySchedule_KeepsItsBooks() => ModelRuns.Check(usual: 1500, EngineModel.Run);

    [Fact]
    public void TcpForwarder_AnySchedule_DoesWhatThePlainModelDoes() => ModelRuns.Check(usual: 6000, ForwarderModel.Run);

    [Fact]
    public void FlowState_AnySchedule_DoesWhatThePlainModelDoes() => ModelRuns.Check(usual: 6000, FlowModel.Run);
}
