import { projectProperties, projectSchema } from '../../schemas/language/project-properties.ts'
import { keyTopics } from './keys.ts'
import type { Chapter } from './topic.ts'

/** The chapter of the keys of titus-bed.yaml. */
export function projectChapter(): Chapter {
  return {
    page: 'project',
    title: 'Keys of titus-bed.yaml',
    introduction: projectSchema['description'] as string,
    topics: keyTopics('project', projectProperties, projectSchema),
  }
}
