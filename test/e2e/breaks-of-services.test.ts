import { breaksOf, noticeBreaks } from './notice-breaks.ts'

await noticeBreaks(breaksOf('services'))
